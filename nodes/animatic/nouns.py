"""The words for who and what is seen, English and French, and the tag that each one means.

Rows are as in `lexicon`; what follows a `+` are traits.
"""

from __future__ import annotations

from nodes.animatic.lexicon import words_of

PEOPLE = """
man+: man men gentleman guy fellow boyfriend husband father detective sailor captain traveler
  traveller stranger hero farmer worker musician doctor scientist poet painter actor prince
  waiter teacher driver policeman cop groom dwarf elf thief pirate fisherman fishermen guest
  customer bartender uncle mayor keeper conductor passenger
  brother son | homme mari pere voyageur heros paysan ouvrier docteur marin capitaine inconnu
  poete peintre prince frere fils serveur professeur
  conducteur policier gendarme voleur pirate pecheur client barman oncle maire gardien passager
woman+dress,long_hair: woman women lady girlfriend wife mother heroine actress princess
  sister daughter waitress nurse | femme dame epouse mere heroine princesse soeur fille
  serveuse infirmiere
woman+dress,long_hair,dance: dancer ballerina | danseuse ballerine danseur
woman+dress,long_hair: alice anna anne antigone beatrice camille catherine cecile cendrillon
  charlotte cinderella claire clara cordelia desdemona diana elena elisabeth elizabeth ellen emily
  emma esmeralda eva gertrude hannah helen helena irene isabelle jane jeanne julia julie juliet
  juliette katherine laura lea linda lisa louise lucie lucy madeleine margaret maria marie marta
  mary maya miranda natasha nina nora olivia ophelia ophelie sara sarah sofia sophia sophie susan
  sylvie teresa alix agnes amelie chloe eleonore eloise gaelle heloise ines lily manon margot
  marion ruth zoe
child+child: child children kid boy toddler student pupil | enfant garcon gamin eleve
baby+child,asleep: baby infant newborn | bebe nourrisson
girl+child,dress,long_hair: girl | fillette petite_fille
old+old,beard: old_man old_fisherman grandfather elder hermit sage |
  vieil_homme vieillard grand_pere ermite
crone+old,dress: old_woman grandmother old_lady | vieille_femme grand_mere vieille_dame
witch+old,dress,pointed,black: witch | sorciere
wizard+old,robe,pointed,blue: wizard sorcerer magician | magicien mage sorcier enchanteur
astronaut+bubble,white: astronaut astronauts cosmonaut spaceman | astronaute cosmonaute spationaute
soldier+khaki,helmet: soldier soldiers army troops | soldat soldats armee troupes
bride+dress,white,long_hair: bride | mariee
king+crown,cloak,beard: king emperor | roi empereur
queen+crown,dress,long_hair: queen empress | reine imperatrice
guard+spear,helmet: guard sentry sentinel guards watchman warrior | garde
  sentinelle guerrier
knight+armour,helmet: knight crusader | chevalier
ghost+ghost: ghost spirit phantom spectre specter apparition | fantome spectre esprit revenant
monk+hood,robe: monk priest pilgrim nun | moine pretre pelerin nonne
rider+hat,cloak: cowboy rider musketeer | cavalier mousquetaire
figure+: figure silhouette person someone somebody stranger character | personne
  quelqu_un silhouette personnage
couple+: couple | couple amoureux
giant+giant,beard: giant ogre | geant ogre
crowd+: crowd people spectators passengers villagers audience mob | foule gens villageois hommes
  femmes enfants public
"""

ANIMALS = """
hare: hare rabbit bunny | lievre lapin
tortoise: tortoise turtle | tortue
fox: fox vixen | renard
raven: raven crow rook jackdaw vulture | corbeau corneille vautour
raven+brown: eagle hawk falcon kite_bird | aigle faucon buse
raven+red: phoenix | phenix
cock: cock rooster hen chicken cockerel | coq poule
bird: bird sparrow swallow robin pigeon parrot | oiseau moineau
  hirondelle pigeon perroquet
bird+white: dove seagull gull goose duck swan | colombe mouette goeland oie canard cygne
owl: owl | hibou chouette
fish: fish salmon trout | poisson saumon truite
shark: shark | requin
whale: whale | baleine
dolphin: dolphin porpoise | dauphin
spider: spider | araignee
butterfly: butterfly butterflies moth | papillon
bee: bee wasp bumblebee | abeille guepe bourdon
frog: frog toad | grenouille crapaud
monkey: monkey ape chimpanzee gorilla | singe gorille chimpanze
penguin: penguin | manchot pingouin
dragon: dragon wyvern | dragon
monster: monster beast troll yeti creature goblin demon alien | monstre bete troll creature
  gobelin demon extraterrestre
robot: robot android droid | robot androide
snake: snake serpent adder | serpent vipere
wolf: wolf wolves | loup louve
dog: dog hound puppy | chien chiot
cat: cat kitten | chat chaton
lion: lion lioness | lion lionne
tiger: tiger leopard jaguar | tigre leopard jaguar
tiger+black: panther | panthere
bear: bear | ours
horse: horse mare stallion steed pony camel | cheval chevaux jument poney chameau
horse+white: unicorn | licorne
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
letter: letter envelope note scroll scrap_of_paper | lettre enveloppe parchemin
key: key | cle clef
crown: crown | couronne
skull: skull | crane
cup: goblet chalice | coupe calice
mug: cup mug coffee tea teacup kettle teapot | tasse cafe the bouilloire
bottle: bottle wine glass_of glass_of_wine wine_glass beer | bouteille vin verre biere
clock: clock | horloge pendule
watch: wristwatch his_watch her_watch a_watch pocket_watch wrist_watch gold_watch
  | sa_montre une_montre la_montre montre_a_gousset
suitcase: suitcase luggage briefcase bag backpack | valise bagage bagages mallette sac sac_a_dos
laptop: laptop computer computer_screen screen keyboard monitor | ordinateur ecran clavier
map: map chart burnt_map treasure_map | carte plan_du_tresor
telephone: telephone phone_booth | telephone combine
lamp: lamp desk_lamp | lampe_de_bureau
pistol: pistol gun revolver shotgun rifle | pistolet revolver fusil
guitar: guitar violin cello | guitare violon violoncelle
bench: bench | banc
statue: statue sculpture | statue
lighthouse: lighthouse | phare
church: church chapel cathedral temple steeple | eglise chapelle cathedrale temple clocher
house: farmhouse_door | pavillon
tent: tent campsite camp | tente campement bivouac
hand: hand_on hand_reaches hand_holds hand_opens hand_close_up | main_sur
flower: flower rose | fleur rose
table: table desk playing_cards | table aux_cartes
chair: chair stool | chaise
throne: throne | trone
bed: bed | lit
door: door doorway gate | porte portail
mirror: mirror | miroir
post: goal finish_line finishing_post flag banner | drapeau banniere but
rock: rock stone boulder | rocher pierre
box: box crate chest treasure trunk_chest | boite coffre tresor
phone: phone smartphone cellphone | portable smartphone
ball: ball football | ballon balle football
hat: hat | chapeau
umbrella: umbrella | parapluie
car: car automobile sedan | voiture
taxi: taxi taxicab yellow_cab | taxi
truck: truck pickup pickup_truck lorry | camion camionnette
van: van minivan ambulance | fourgon fourgonnette ambulance
bus: bus coach_bus tram | autobus bus autocar tramway
motorcycle: motorcycle motorbike scooter moped | moto motocyclette scooter
spaceship: spaceship rocket starship spacecraft | vaisseau vaisseau_spatial fusee
train: train locomotive | train locomotive
bicycle: bicycle bike | velo bicyclette
boat: boat sailboat rowboat canoe | bateau barque voilier
ship: ship galleon vessel | navire galion
plane: plane airplane aeroplane helicopter | avion helicoptere
cart: cart wagon carriage coach | charrette carrosse chariot
"""

TRAITS = """
cloak: cloak cloaked cape wrapped long_coat long_coats | cape manteau drape enveloppee
hood: hood hooded | capuche encapuchonne
armour: armour armor armoured armored | armure cuirasse
helmet: helmet helm | casque heaume
crown: crowned | couronne
beard: beard bearded | barbe barbu
child: young_boy little_boy | petit_garcon
dress: dress gown | robe
hat: hat_on | chapeaute
spear,helmet: spear halberd partisan lance at_his_post on_guard on_watch | lance hallebarde
"""
"""What somebody wears or bears, wherever the sentence says so."""

ADJECTIVES = """
old: old elderly aged | vieux vieille vieil age agee
dead: dead corpse slain | mort morte
giant: giant gigantic huge enormous | geant geante enorme gigantesque immense
red: red scarlet crimson | rouge
white: white | blanc blanche
black: black | noir noire
blue: blue | bleu bleue
green: green | vert verte
yellow: yellow | jaune
grey: grey gray silver | gris grise argente
brown: brown | brun brune marron
pink: pink | rose
purple: purple violet | violet violette
orange: orange | orange
gold: golden gold | dore doree
"""
"""What is said of the noun beside it only."""

GARMENTS = words_of("""
coat coats dress jacket shirt suit cloak robe uniform gown scarf hood cape boots gloves trousers
skirt sweater raincoat tunic manteau manteaux robe veste chemise costume habit uniforme echarpe
capuche cape pantalon jupe pull tunique impermeable
""")
HAIR = words_of("hair beard haired cheveux barbe")
MEN_IN_A = words_of("luca joshua ezra sasha nikita mustafa attila ilya misha kolya costa andrea")
"""Names that end like a woman's."""
