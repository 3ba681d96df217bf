"""The words that the drawing understands, English and French, and the tag that each one means.

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
dawn: dawn daybreak sunrise first_light cockcrow | aube aurore lever_du_soleil point_du_jour
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
snow: snow snowy snowing snowfall blizzard frost winter | neige enneige hiver givre
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
forest: forest wood woods woodland jungle grove thicket | foret bois bosquet jungle sous_bois
meadow: meadow field pasture prairie grass grassland lawn park garden orchard farm farmland |
  pre prairie champ champs pature jardin parc verger ferme
road: road countryside wayside roadside path lane track trail course highway country race |
  route chemin campagne sentier course
castle: castle battlements battlement rampart ramparts fortress tower towers citadel platform
  elsinore keep | chateau rempart remparts forteresse tour tours donjon creneaux
hall: hall throne_room palace ballroom court cathedral church chapel temple | salle_du_trone
  palais cathedrale eglise chapelle temple
city: city street downtown skyscraper avenue metropolis alley sidewalk town square market
  rooftop | ville rue avenue ruelle trottoir place_publique quartier
village: village hamlet cottage cottages house hut cabin barn mill | village chaumiere maison
  cabane grange moulin hameau
room: room interior bedroom kitchen office apartment study library tavern inn cafe bar
  restaurant classroom hospital laboratory shop parlour parlor | chambre interieur cuisine
  bureau appartement salon bibliotheque taverne auberge bistrot salle ecole hopital atelier
sea: sea ocean beach shore coast harbour harbor waves bay island | mer ocean plage rivage cote
  port vagues baie ile
river: river stream lake pond brook bank bridge waterfall | riviere fleuve ruisseau lac etang
  berge pont cascade onde
mountain: mountain mountains cliff cliffs peak canyon valley hills hill summit ridge | montagne
  montagnes falaise sommet canyon vallee colline collines
desert: desert dune dunes sand sahara | desert dune dunes sable
cave: cave cavern dungeon tunnel cellar | grotte caverne cachot tunnel cave
grave: graveyard cemetery churchyard grave tomb | cimetiere tombe tombeau
space: space galaxy planet spaceship asteroid orbiting | espace galaxie planete vaisseau_spatial
"""

PEOPLE = """
man+: man men gentleman guy fellow boyfriend husband father detective sailor captain traveler
  traveller stranger hero farmer worker musician doctor scientist poet painter actor prince
  brother son | homme mari pere voyageur heros paysan ouvrier docteur marin capitaine inconnu
  poete peintre prince frere fils
woman+dress,long_hair: woman women lady girlfriend wife mother heroine actress dancer princess
  sister
  daughter | femme dame epouse mere heroine danseuse princesse soeur fille
woman+dress,long_hair: alice anna anne antigone beatrice camille catherine cecile cendrillon
  charlotte cinderella claire clara cordelia desdemona diana elena elisabeth elizabeth ellen emily
  emma esmeralda eva gertrude hannah helen helena irene isabelle jane jeanne julia julie juliet
  juliette katherine laura lea linda lisa louise lucie lucy madeleine margaret maria marie marta
  mary miranda natasha nina nora olivia ophelia ophelie sara sarah sofia sophia sophie susan
  sylvie teresa
child+child: child children kid boy toddler | enfant garcon gamin bebe
girl+child,dress,long_hair: girl | fillette petite_fille
old+old,beard: old_man grandfather elder hermit sage | vieil_homme vieillard grand_pere ermite
crone+old,dress: old_woman grandmother witch | vieille_femme grand_mere sorciere
king+crown,cloak,beard: king emperor | roi empereur
queen+crown,dress,long_hair: queen empress | reine imperatrice
guard+spear,helmet: guard sentry sentinel soldier soldiers guards watchman warrior army | garde
  sentinelle soldat guerrier armee
knight+armour,helmet: knight crusader | chevalier
ghost+ghost: ghost spirit phantom spectre specter apparition | fantome spectre esprit revenant
monk+hood,robe: monk priest wizard pilgrim | moine pretre magicien mage pelerin
rider+hat,cloak: cowboy rider musketeer | cavalier mousquetaire
figure+: figure silhouette person someone somebody nobody stranger character | personne
  quelqu_un silhouette personnage
crowd+: crowd people villagers audience mob | foule gens villageois hommes
  femmes enfants public
"""

ANIMALS = """
hare: hare rabbit bunny | lievre lapin
tortoise: tortoise turtle | tortue
fox: fox vixen | renard
raven: raven crow rook jackdaw phoenix eagle hawk vulture | corbeau corneille aigle phenix
  faucon vautour
cock: cock rooster hen chicken cockerel | coq poule
bird: bird sparrow swallow robin dove pigeon seagull gull goose duck swan | oiseau moineau
  hirondelle colombe pigeon mouette oie canard cygne
owl: owl | hibou chouette
fish: fish shark whale dolphin salmon | poisson requin baleine dauphin
snake: snake serpent adder | serpent vipere
wolf: wolf wolves | loup louve
dog: dog hound puppy | chien chiot
cat: cat kitten | chat chaton
lion: lion lioness | lion lionne
tiger: tiger panther leopard | tigre panthere leopard
bear: bear | ours
horse: horse mare stallion steed pony unicorn | cheval chevaux jument licorne
donkey: donkey ass mule | ane mulet
deer: deer stag doe | cerf biche chevreuil
cow: cow ox bull oxen | vache boeuf taureau
goat: goat | chevre bouc
sheep: sheep lamb ram ewe | mouton agneau brebis
pig: pig boar | cochon sanglier porc
mouse: mouse mice rat | souris rat
elephant: elephant | elephant
"""

OBJECTS = """
tree: tree oak pine trunk | arbre chene pin sapin
cheese: cheese prey morsel | fromage proie
lantern: lantern | lanterne
candle: candle | bougie chandelle
fire: fire campfire bonfire flames | feu flammes
sword: sword dagger blade | epee poignard lame dague
book: book diary manuscript | livre journal manuscrit
letter: letter envelope note scroll | lettre enveloppe parchemin
key: key | cle clef
crown: crown | couronne
skull: skull | crane
cup: cup goblet glass chalice wine | coupe verre calice vin
clock: clock watch | horloge montre pendule
flower: flower rose | fleur rose
table: table desk | table
chair: chair stool | chaise
throne: throne | trone
bed: bed | lit
door: door doorway gate | porte portail
mirror: mirror | miroir
post: goal finish_line finishing_post flag banner | drapeau banniere but
rock: rock stone boulder | rocher pierre
box: box chest treasure trunk_chest | boite coffre tresor
phone: phone telephone smartphone | telephone
ball: ball | ballon balle
hat: hat | chapeau
umbrella: umbrella | parapluie
car: car taxi automobile truck van bus | voiture taxi camion autobus
train: train locomotive railway | train locomotive
bicycle: bicycle bike | velo bicyclette
boat: boat sailboat rowboat canoe | bateau barque voilier
ship: ship galleon vessel | navire galion
plane: plane airplane aeroplane jet | avion
cart: cart wagon carriage coach | charrette carrosse chariot
"""

POSES = """
sleep: sleep asleep doze nap slumber dream slept dozing | dort dormir endormi endormie sommeille
  sommeil
lie: lie lying lies laid lay recline rest | allonge allongee couche couchee etendu repose
sit: sit seat sat sits crouch squat | assis assise assoit accroupi
kneel: kneel knelt pray | agenouille genoux prie
run: run race ran flee fled dash gallop rush chase hurry sprint swift escape | court courir
  courent fuit galope poursuit
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
hail: wave greet hail cheer raise bonjour | salue leve acclame
despair: weep mourn despair ashamed shame sob | pleure honteux confus desespere
look: look watch see saw gaze stare listen observe peer | regarde observe voit contemple ecoute
read: read write | lit ecrit
ride: ride rode riding | chevauche monte
fall: fall fell drop falls falling dropped | tombe tomber chute laisse_tomber lache
hold: hold held carry carries grip bear_in clutch grab seize snatch beak | tient tenait porte
  saisit attrape bec
stand: stand stood wait stop lift | debout attend arrete
"""

TRAITS = """
cloak: cloak cloaked cape wrapped | cape manteau drape
hood: hood hooded | capuche encapuchonne
armour: armour armor armoured armored | armure cuirasse
helmet: helmet helm | casque heaume
crown: crowned | couronne
beard: beard bearded | barbe barbu
old: old elderly aged | vieux vieille age
child: young_boy little_boy | petit_garcon
dress: dress gown | robe
hat: hat_on | chapeaute
spear,helmet: spear halberd partisan lance at_his_post on_guard on_watch | lance hallebarde
red: red scarlet crimson | rouge
white: white | blanc blanche
black: black | noir noire
dead: dead corpse slain | mort morte
"""

COUNTS = """
2: two both pair couple | deux paire
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
before behind beyond le la les un une des du de d l et ou mais en dans sur sous par pour avec sans
que qui quoi dont ne pas se ce cette ces son sa ses leur leurs il elle ils elles on nous vous je tu
me te lui y est sont etait a au aux s c n qu j m t plus tres bien si comme mon ton votre notre peu
pres mots ceux
""")
"""Words that carry no picture."""

FRENCH = words_of("""
le la les un une des du et est dans sur avec qui que son sa ses au aux il elle ne pas ce cette par
pour en sont de se lui nous vous plan nuit jour
""")
ENGLISH = words_of("""
the a an and of in on at with is are his her to from by he she it shot who that this up over its
""")
FALSE_FRIENDS = words_of("""
chat ours pain son main court tour tours or mare pie coin as an ass cote port place marche montre
but pin lit bat part pre champ verre vin age sort entre plane cave rose crane mort note rat dime
figure lance table course sale camp tombe suit chef four pur lame rue bureau mage robe feu
""")
"""Words that mean something else in the other language; they count in their own language only."""
