"""The words for shot, light, place and action, English and French, and the tag that each one means.

`nouns` has those for who and what is seen.

Each row is `tag: english words | french words`; a phrase joins its words by `_`. Words are written
without accents, as they are compared. Plurals in -s and -x, and simple English verb endings, are
found without being listed (see `words`).
"""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


SIZES = """
extreme_wide: extreme_wide extreme_wide_shot establishing_shot extreme_long_shot very_wide
  aerial bird's_eye birds_eye panorama vista | plan_tres_large plan_general plan_d_ensemble
  vue_aerienne
wide: wide wide_shot wide_angle long_shot master_shot | plan_large plan_demi_ensemble
full: full_shot full_length full_body medium_wide medium_long_shot medium_wide_shot cowboy_shot
  | plan_moyen plan_pied plan_en_pied
medium: medium medium_shot mid_shot midshot waist_shot | plan_americain plan_taille
  plan_rapproche_taille
close: close close_up closeup close_shot medium_close_up head_shot portrait | gros_plan
  plan_rapproche plan_poitrine
extreme_close: extreme_close_up extreme_close macro big_close_up choker | tres_gros_plan
insert: insert insert_shot detail_shot cutaway | insert plan_de_detail
"""

ANGLES = """
over_shoulder: over_the_shoulder over_shoulder ots reverse_shot | par_dessus_l_epaule amorce
  contrechamp
two_shot: two_shot | plan_a_deux
low: low_angle worm's_eye from_below | contre_plongee
high: high_angle top_shot overhead from_above bird's_eye birds_eye aerial top_down | plongee
  vue_aerienne
pov: pov point_of_view subjective | camera_subjective point_de_vue
dutch: dutch_angle canted | plan_debulle
"""

TIMES = """
dawn: dawn daybreak sunrise first_light cockcrow | aube aurore lever_du_soleil soleil_levant
  point_du_jour
morning: morning breakfast | matin matinee
noon: noon midday | midi
day: day daylight daytime afternoon sunny sunlight sunlit | jour journee apres_midi ensoleille
golden: golden_hour golden_light late_afternoon | heure_doree lumiere_doree fin_d_apres_midi
dusk: dusk sunset twilight sundown gloaming | crepuscule coucher_du_soleil coucher_de_soleil brune
evening: evening | soir soiree
night: night nighttime midnight moonlight moonlit moon starlight starry stars nocturnal tonight
  to_night darkness | nuit minuit clair_de_lune lune etoile etoiles nocturne obscurite
"""

WEATHERS = """
fog: fog foggy mist misty haze hazy | brume brouillard brumeux
rain: rain rainy raining drizzle downpour shower | pluie pluvieux averse
storm: storm stormy thunder lightning tempest thunderstorm hurricane | orage tempete foudre
  eclair tonnerre
snow: snow snowy snowing snowfall blizzard frost winter snowstorm | neige enneige enneigee enneiges
  enneigees hiver givre
cloudy: cloudy overcast clouds grey_sky | nuageux couvert nuages
wind: wind windy gale breeze | vent venteux
"""

LIGHTS = """
fire: firelight fireside hearth torch torchlight campfire bonfire | flambeau torche atre
  feu_de_camp
candle: candlelight candlelit candle lamplight lamp | chandelle bougie lampe
lantern: lantern | lanterne
neon: neon | neon neons
"""

PLACES = """
forest: forest wood woods woodland jungle grove thicket rainforest | foret bois bosquet jungle
  sous_bois
meadow: meadow field pasture prairie grass grassland lawn park garden orchard farm farmland |
  pre prairie champ champs pature jardin parc verger ferme
road: road countryside wayside roadside path lane track trail course highway country race |
  route chemin campagne sentier course
castle: castle battlements battlement rampart ramparts fortress tower towers citadel
  elsinore keep | chateau rempart remparts forteresse tour tours donjon creneaux
platform: platform platforms
hall: hall throne_room palace ballroom court theatre theater stage opera museum |
  salle_du_trone palais theatre opera musee
city: city street downtown skyscraper skyscrapers avenue metropolis alley sidewalk town square
  market rooftop parking_lot stadium | ville rue avenue ruelle trottoir place_publique quartier
  gratte_ciel marche_couvert stade toits
village: village hamlet cottage cottages house hut cabin barn mill farmhouse | village chaumiere
  maison cabane grange moulin hameau
station: station railway_station train_station rails railway_platform metro subway | gare quai
  rails metro
harbour: harbour harbor port quay pier jetty docks dockside marina wharf | port quai_du_port jetee
  embarcadere
bridge: bridge footbridge | pont passerelle
bar: bar diner cafe tavern inn pub restaurant saloon coffee_shop booth | bar cafe taverne auberge
  bistrot restaurant comptoir
kitchen: kitchen stove oven bakery | cuisine fourneau fournil boulangerie
office: office police_station newsroom | bureau commissariat
classroom: classroom school schoolroom | salle_de_classe ecole
hospital: hospital clinic infirmary ward | hopital clinique infirmerie
stairs: stairs staircase stairway stairwell | escalier escaliers marches
cabin: ship's_cabin below_deck | cabine cale
cockpit: spaceship_interior cockpit bridge_of_the_ship space_station | poste_de_pilotage
  station_spatiale
carriage: train_compartment compartment dining_car | compartiment wagon_restaurant
room: room bedroom apartment study library classroom_door laboratory shop parlour parlor
  living_room bathroom hotel corridor attic | chambre appartement salon bibliotheque salle
  atelier salle_de_bain hotel couloir grenier
waterfall: waterfall waterfalls cascade | cascade chute_d_eau
sea: sea ocean beach shore coast waves bay island seaside coastline | mer ocean plage rivage cote
  vagues baie ile
river: river stream lake pond brook bank swamp | riviere fleuve ruisseau lac etang berge onde
  marais
mountain: mountain mountains cliff cliffs peak canyon valley hills hill summit ridge volcano |
  montagne montagnes falaise sommet canyon vallee colline collines volcan
desert: desert dune dunes sand sahara mesas mesa mars | desert dune dunes sable mars_la_rouge
cave: cave cavern dungeon tunnel cellar mine | grotte caverne cachot tunnel cave
grave: graveyard cemetery churchyard grave tomb | cimetiere tombe tombeau
space: space galaxy planet asteroid orbiting orbit_of moon_surface cosmos | espace galaxie planete
  cosmos
"""

INSIDE = words_of("inside interior int aboard onboard interieur dedans")
"""Words that put the scene inside of what is named."""
WITHIN = words_of("in inside aboard within dans interieur")
"""Words before a building or vehicle that put the scene inside of it."""
PICTURED = words_of("""
drawing painting picture photo photograph portrait story dream map song smell sound dessin tableau
photo carte histoire reve chanson odeur bruit
""")
"""A place that follows one of these words and `of` is not where the scene is."""

POSES = """
sleep: sleep asleep doze nap slumber dream slept dozing | dort dormir dormait endormi endormie
  sommeille
  sommeil
lie: lie lying lies laid lay recline rest | allonge allongee couche couchee etendu repose
sit: sit seat sat sits crouch squat | assis assise assoit accroupi assied
kneel: kneel knelt pray | agenouille genoux prie
run: run race ran flee fled dash gallop rush chase hurry sprint swift escape | court courir
  courait courent fuit galope poursuit
walk: walk stroll cross march wander enter arrive approach leave stride go went exit creep
  follow walks pace | marche traverse entre arrive avance approche sort part suit
jump: jump leap hop | saute bondit
fly: fly flew soar flies flying hover glide | vole voler plane
perch: perch perched | perche perchee juche
talk: talk speak say said says reply answer tell told whisper ask shout laugh sing crew cry
  ridicule flatter propose agree start_to_speak call begin discuss argue | parle dit repond
  chuchote crie demande rit chante tient_ce_langage raconte langage appelle flatte jura jure
  ouvre
point: point choose show indicate | montre designe indique
fight: fight battle duel attack strike struck | combat bat attaque frappe duel
hail: wave greet hail cheer raise bonjour | salue leve acclame danse dansent
despair: weep mourn despair ashamed shame sob | pleure honteux confus desespere
look: look watch see saw gaze stare listen observe peer | regarde observe voit contemple ecoute
read: read write | lit ecrit
ride: ride rode riding on_horseback on_a_horse on_the_back on_a_motorcycle |
  chevauche a_cheval roule a_moto
fall: fall fell drop falls falling dropped | tombe tomber chute laisse_tomber lache
hold: hold held carry carries grip bear_in clutch grab seize snatch beak | tient tenait porte
  saisit attrape bec
stand: stand stood wait stop lift | debout attend arrete
"""

COUNTS = """
2: two both pair | deux paire
3: three several | trois plusieurs
4: four few | quatre quelques
5: five six seven many group dozen flock herd hundreds army | cinq six sept groupe troupeau
"""

MOVES = """
push_in: push_in dolly_in push_forward track_in move_in moves_in closes_in close_in creep_in
  push dolly_forward dolly | travelling_avant avance_vers rapproche
pull_out: pull_out pull_back dolly_out dolly_back track_back track_out pulls_away move_back |
  travelling_arriere recule s_eloigne
zoom_in: zoom_in zooms_in crash_zoom zoom | zoom_avant
zoom_out: zoom_out zooms_out | zoom_arriere dezoom
pan_left: pan_left pans_left whip_left | panoramique_a_gauche panoramique_gauche pano_gauche
  panoramique_vers_la_gauche
pan_right: pan_right pans_right pan whip_pan whip_right panning | panoramique_a_droite
  panoramique_droite pano_droite panoramique_vers_la_droite panoramique
tilt_up: tilt_up tilts_up tilt | panoramique_vers_le_haut panoramique_haut
tilt_down: tilt_down tilts_down | panoramique_vers_le_bas panoramique_bas
truck_left: truck_left track_left trucking_left slide_left dolly_left lateral_left move_left |
  travelling_gauche travelling_a_gauche travelling_lateral_gauche travelling_vers_la_gauche
truck_right: truck_right track_right trucking_right slide_right dolly_right track tracking truck
  follow_shot tracking_shot move_right | travelling_droite travelling_a_droite
  travelling_lateral travelling_lateral_droite travelling_vers_la_droite travelling
crane_up: crane_up pedestal_up boom_up rise rises crane jib_up | grue grue_vers_le_haut s_eleve
crane_down: crane_down pedestal_down boom_down descend descends jib_down | descend
  grue_vers_le_bas
orbit: orbit orbits orbit_right arc arcs circle circles revolve 360 | orbite tourne_autour autour
orbit_left: orbit_left arc_left | orbite_a_gauche orbite_gauche
handheld: handheld hand_held shaky shake documentary_camera | camera_a_l_epaule camera_epaule
  camera_portee
static: static locked_off locked fixed still tripod | fixe plan_fixe statique
"""

FOLLOWS = words_of("""
follow follows following tracking accompany accompanying suit suivant accompagne
""")
"""Words that let the camera keep up with the figures."""

PACES = """
slow: slow slowly gentle gently subtle slight slightly soft smooth drift | lent lente lentement
  doux doucement leger legere
fast: fast quick quickly rapid rapidly swift whip sudden fast-paced dramatic crash | rapide
  rapidement vif brusque soudain vite
"""

STYLES = """
mono: black_and_white monochrome greyscale grayscale charcoal pencil graphite | noir_et_blanc
  monochrome fusain crayon
noir: noir film_noir high_contrast | film_noir
sepia: sepia vintage old_photo | sepia
vivid: vivid vibrant saturated colorful colourful anime comic cartoon pop_art | vif colore sature
muted: muted desaturated subdued faded | desature
pastel: pastel gouache | pastel
neon: neon cyberpunk synthwave | neon
soft: soft_light soft watercolour watercolor diffused dreamy | lumiere_douce aquarelle doux
ink: ink pen linework etching engraving sketch storyboard | encre plume gravure croquis
film: cinematic 35mm 16mm 70mm film_grain photorealistic realistic hyperrealistic photograph
  anamorphic bokeh 8k 4k hdr octane unreal oil_painting concept_art illustration digital_art
  render | cinematographique photorealiste realiste peinture_a_l_huile
"""


STOP = words_of("""
a an the and or but of in on at to for from by with as is are was were be been it its his her their
this that these those one up down into onto over under out off not no so then there here he she they
we you i him them me us our your my who which what when where while do does did has have had will
would shall may should could can at last never just very more most if than too again once after
before behind beyond beneath under above below between among through against along across around
near beside toward towards without within during until about like vers chez contre parmi
pendant depuis jusqu le la les un une des du de d l et ou mais en dans sur sous par pour avec sans
que qui quoi dont ne pas se ce cette ces son sa ses leur leurs il elle ils elles on nous vous je tu
me te lui y est sont etait a au aux s c n qu j m t plus tres bien si comme mon ton votre notre peu
pres mots ceux
""")
"""Words that carry no picture."""

FRENCH = words_of("""
le la les un une des du et est dans sur avec qui que son sa ses au aux il elle ne pas ce cette par
pour en sont de se lui nous vous nuit jour
""")
ENGLISH = words_of("""
the a an and of in on at with is are his her to from by he she it who that this up over its
""")
FALSE_FRIENDS = words_of("""
chat ours pain son main court tour tours or mare pie coin as an ass cote port place marche montre
but pin lit bat part pre champ verre vin age sort entre plane cave rose crane mort note rat dime
figure lance table course sale camp tombe suit chef four pur lame rue bureau mage robe feu
van sage vague cale mine star marches
""")
"""Words that mean something else in the other language; they count in their own language only."""

VERBS = words_of("""
threw took blew opened made gave put came had knew felt heard kept left lost met sent shook shut
stole tore woke wore drove drank ate broke caught chose drew found hid led lit rang rose sang sank
slid sprang swung taught wept climbs open opens turn turns smile smiles
""")
"""Verbs that no ending gives away; who does one is somebody."""
ABSTRACT = words_of("""
nobody everybody everyone something nothing personne rien tout
glass water blood paper smoke steam gravel metal ash mud ice waves headlights
time times year years day days night nights hour hours minute minutes moment moments second seconds
week month silence sound noise voice voices word words name names air wind light lights shadow
shadows dark cold heat warmth life death love fear hope world story stories thing things way ways
side end beginning middle top bottom front back rest edge distance background foreground scene
view camera reason truth lie question answer idea thought memory memories hand hands eye eyes face
faces head heads arm arms foot feet leg legs finger fingers hair skin body heart mouth lips shoulder
shoulders knees sky sun cloud weather summer winter spring autumn fall morning evening music song
smoke dust detail details shape shapes color colors line lines frame shot close medium wide angle
dawn first last other others same next new half part piece number kind sort lot order turn step
temps an ans annee annees jour jours nuit heure heures minute moment instant seconde semaine mois
silence son bruit voix mot mots nom noms air lumiere ombre ombres froid chaleur vie mort amour peur
espoir monde histoire chose choses facon cote fin debut milieu haut bas devant dos reste bord
distance fond plan scene vue raison verite mensonge question reponse idee pensee souvenir main
mains oeil yeux visage tete bras pied pieds jambe doigt doigts cheveux peau corps coeur bouche
levres epaule epaules genoux ciel soleil nuage ete automne printemps musique chanson fumee poussiere
detail forme couleur ligne premier premiere dernier derniere autre autres meme moitie morceau
large loin tour fois
""")
"""Nouns of nothing that can be put in a picture by itself."""
BEFORE_NOUN = words_of("""
big large small little tiny huge great long short tall young new beautiful pretty strange single
lone broken ancient wooden golden silver empty heavy rusty dusty dirty worn torn burnt wet dry dark
bright giant petit petite petits petites grand grande grands grandes gros grosse beau belle joli
jolie bon bonne long longue jeune nouveau nouvelle vieux vieille vieil premier premiere etrange
""")
"""Adjectives that stand before the noun."""
ARTICLES = words_of("""
a an the his her their its my our your this that these those some two three four five several
un une le la l les des son sa ses leur leurs mon ma mes ton ta notre votre ce cette ces cet deux
trois quatre cinq quelques
""")
