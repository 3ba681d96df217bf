"""The French lexicon."""

from __future__ import annotations

from nodes.storyboard.firstnames import HE_NAMES, SHE_NAMES
from nodes.storyboard.lexicon import Lexicon, words_of

_ENDINGS = "e es ent a ait aient ant é ée és ées er era eront èrent ons ez"


def _verbs(first_group: str, other_forms: str = "") -> frozenset[str]:
    """Return the forms of verbs in -er, and other forms as they are given."""
    forms = {
        verb[:-2] + ending for verb in first_group.split() for ending in _ENDINGS.split()
    } | words_of(other_forms)
    soft = {form.replace("ga", "gea").replace("ca", "ça") for form in forms}
    return frozenset(forms | soft)


def _nouns(singular: str, irregular: str = "") -> frozenset[str]:
    words = words_of(singular)
    plurals = {
        word if word.endswith(("s", "x", "z"))
        else word + "x" if word.endswith(("eau", "eu"))
        else word + "s"
        for word in words
    }  # fmt: skip
    return words | plurals | words_of(irregular)


_FEMININE = _nouns(
    "fille fillette femme dame reine mère sœur princesse épouse tante grand-mère fée sorcière "
    "servante bergère fermière danseuse chanteuse sirène amie voisine poule vache chèvre brebis "
    "cigale fourmi souris tortue grenouille colombe chatte chienne louve lionne jument oie "
    "abeille araignée chouette foule armée famille créature bête licorne baleine"
)
_MASCULINE = _nouns(
    "garçon homme monsieur roi père frère fils prince mari oncle grand-père moine seigneur "
    "ami étranger soldat garde marin fermier berger chasseur pêcheur docteur médecin "
    "professeur élève peintre musicien danseur chanteur écrivain poète prêtre voleur brigand "
    "pirate capitaine marchand serviteur mendiant voyageur géant nain fantôme spectre ange démon "
    "diable magicien sorcier elfe dragon monstre robot détective policier pilote cuisinier "
    "boulanger tailleur charpentier forgeron meunier voisin couple héros chevalier peuple "
    "animal chien chiot chat chaton cheval âne lapin lièvre renard loup ours lion tigre éléphant "
    "singe cerf rat écureuil hérisson blaireau crapaud serpent lézard crocodile oiseau corbeau "
    "hibou aigle faucon pigeon cygne canard moineau rossignol perroquet paon coq dindon agneau "
    "mouton cochon bœuf taureau dauphin requin papillon grillon moucheron poisson héron",
    "animaux chevaux messieurs",
)
_ANIMALS = _nouns(
    "animal bête créature poule vache chèvre brebis cigale fourmi souris tortue grenouille colombe "
    "chatte chienne louve lionne jument oie abeille araignée chouette licorne baleine "
    "chien chiot chat chaton cheval âne lapin lièvre renard loup ours lion tigre éléphant "
    "singe cerf rat écureuil hérisson blaireau crapaud serpent lézard crocodile oiseau corbeau "
    "hibou aigle faucon pigeon cygne canard moineau rossignol perroquet paon coq dindon agneau "
    "mouton cochon bœuf taureau dauphin requin papillon grillon moucheron poisson héron goéland "
    "merle",
    "animaux chevaux",
)

FRENCH = Lexicon(
    language="fr",
    function_words=words_of(
        "le la les l un une des du de d au aux à en y et ou mais donc or ni car si que qui quoi "
        "dont où quand comme comment pourquoi combien je j tu il elle on nous vous ils elles me m "
        "te t se s lui leur leurs eux moi toi soi ce c cet cette ces cela ça ceci celui celle ceux "
        "celles mon ma mes ton ta tes son sa ses notre nos votre vos quel quelle quels quelles "
        "tout toute tous toutes chaque plusieurs quelque quelques aucun aucune nul autre même tel "
        "dans sur sous avec sans pour par vers chez entre devant derrière avant après pendant "
        "depuis jusque jusqu dès contre malgré selon parmi ne n pas plus moins très trop peu "
        "assez bien mal jamais toujours souvent parfois encore déjà bientôt enfin alors puis "
        "ensuite soudain ici là aujourd'hui hier demain maintenant oui non hé ah oh hélas voici "
        "voilà est sont était étaient être été fut furent sera a ai as ont avait avaient avoir "
        "eut il-y-a deux trois quatre cinq six sept huit neuf dix premier première dernier rien "
        "personne chacun lorsque lorsqu puisque quoique afin ainsi aussi dieu ciel bonjour bonsoir "
        "adieu merci janvier février mars avril mai juin juillet août septembre octobre novembre "
        "décembre lundi mardi mercredi jeudi vendredi samedi dimanche chapitre partie acte scène "
        "sans sitôt tandis cependant pourtant peut-être apprenez cette"
    ),
    articles=words_of("le la les l un une des ce cet cette ces son sa ses leur leurs mon ma mes"),
    possessors=words_of("du de des d"),
    titles=words_of(
        "maître maîtresse monsieur madame mademoiselle messire dame sire seigneur compère commère "
        "don doña docteur capitaine professeur saint sainte oncle tante m mme mlle roi reine "
        "prince princesse père mère frère sœur petit petite vieux vieille jeune pauvre comte "
        "comtesse baron"
    ),
    beings=_FEMININE
    | (_MASCULINE - words_of("monsieur messieurs seigneur"))
    | _ANIMALS
    | _nouns("enfant bébé maire gardien"),
    animals=_ANIMALS,
    feminine=_FEMININE | SHE_NAMES,
    masculine=_MASCULINE | HE_NAMES,
    he=words_of("il lui-même celui-ci"),
    she=words_of("elle elle-même celle-ci"),
    they=words_of("ils elles"),
    him=words_of("lui"),
    relatives=words_of("qui"),
    conjunctions=words_of("et mais puis tandis alors qui car donc quand lorsque ou où si comme"),
    speech=_verbs(
        "demander murmurer crier chuchoter ajouter continuer déclarer proposer supplier "
        "annoncer expliquer hurler soupirer grogner gronder insister protester raconter parler "
        "s'écrier écrier s'exclamer exclamer chanter siffler ordonner remarquer balbutier "
        "avouer répliquer",
        "dit dis disent disait disaient dire disant dirent répond répondit répondent répondait "
        "répondirent répondre réplique tint tient tinrent reprit reprend reprirent promit "
        "langage discours propos",
    ),
    moving=_verbs(
        "marcher trotter galoper avancer traverser entrer monter sauter danser voyager ramper "
        "grimper passer arriver retourner rentrer approcher échapper glisser filer voguer naviguer "
        "chasser s'approcher s'avancer s'échapper errer nager ramer",
        "court courent courait couraient courut coururent courir courant fuit fuient fuyait fuir "
        "part partent partait partit partirent partir vient viennent venait vint vinrent venir va "
        "vont allait allaient alla allèrent aller sort sortent sortait sortit sortir suit suivent "
        "suivait suivit suivre poursuit poursuivit poursuivre revient revint",
    ),
    feeling=_verbs(
        "pleurer trembler aimer détester rêver douter craindre regarder contempler",
        "rit rient riait rire sourit souriait sourire rougit rougir sent sentit joie peine "
        "tristesse colère honte honteux honteuse confus confuse peur effroi terreur larmes larme "
        "triste heureux heureuse fier fière seul seule fatigué fatiguée dort dormait dormit "
        "endormi endormie s'endort s'endormit étonné étonnée surpris surprise jura",
    ),
    revealing=_verbs(
        "remarquer trouver dévoiler révéler observer",
        "voit voient voyait vit virent voir aperçoit aperçut apercevoir découvre découvrit "
        "découvrir apparaît apparut apparaître surgit surgir reconnaît reconnut soudain ouvre "
        "ouvrit ouvrir paraît parut",
    ),
    fighting=_verbs(
        "attaquer lutter frapper tirer exploser",
        "bat battent battit battre combat combats combattre",
    ),
    rising=_verbs("voler s'envoler envoler lever s'élever élever", "tour tours ciel dessus"),
    falling=_verbs("tomber tomber dégringoler s'écrouler", "descend descendit chute"),
    places=_nouns(
        "forêt bois champ pré prairie jardin parc rivière ruisseau lac étang mer océan plage rive "
        "rivage île montagne colline vallée désert grotte falaise route chemin sentier rue ruelle "
        "pont place marché village ville château palais tour rempart plate-forme mur porte cour "
        "église cathédrale temple maison chaumière cabane hutte ferme grange étable moulin auberge "
        "taverne chambre cuisine salle couloir escalier grenier cave toit fenêtre balcon terrasse "
        "bibliothèque école classe hôpital bureau boutique magasin gare train port quai jetée "
        "navire bateau pont aéroport usine atelier laboratoire prison cachot théâtre scène "
        "cimetière tombe berge clairière verger vigne marais jungle plaine horizon carrefour "
        "piste but stade restaurant café bar tente camp puits fontaine trône cheminée table lit "
        "arbre branche chêne nid banc phare lande"
    ),
    vehicles=_nouns("train navire bateau"),
    fixtures=_nouns("porte mur fenêtre table lit cheminée escalier"),
    trinkets=_nouns(
        "lettre clé clef bague anneau montre pièce pistolet couteau carte photo photographie "
        "dessin billet téléphone collier bouton balle enveloppe médaillon aiguille"
    ),
    leaps=words_of("passèrent passent passé tard après"),
    periods=words_of("jours semaines mois ans années siècles"),
    arriving=_verbs("traverser quitter gagner visiter", "atteint atteignit atteindre rejoint"),
    place_prepositions=words_of(
        "dans sur sous devant derrière à au aux chez vers jusqu'à jusqu'au près contre parmi "
        "entre dans hors dessus dessous loin depuis en travers"
    ),
    scenery=words_of(
        "soleil lune étoile étoiles nuage nuages pluie neige vent orage tonnerre éclair brouillard "
        "brume ciel feu fumée flamme flammes lumière ombre lampe lanterne bougie épée couronne "
        "fromage lettre livre anneau clé clef horloge cloche voiture bus vélo charrette carrosse "
        "drapeau fleur fleurs rose feuille feuilles herbe pierre rocher sable eau vague vagues "
        "froid glace pain pomme œuf œufs chapeau miroir téléphone couteau corde coffre bec proie"
    ),
    times={
        "aube": "dawn", "l'aube": "dawn", "aurore": "dawn", "l'aurore": "dawn", "matin": "morning",
        "matinée": "morning", "midi": "noon", "après-midi": "afternoon",
        "l'après-midi": "afternoon", "crépuscule": "dusk", "soir": "evening", "soirée": "evening",
        "nuit": "night", "minuit": "night",
    },
    time_phrases={
        "lever du soleil": "dawn", "lever du jour": "dawn", "petit matin": "dawn",
        "coucher du soleil": "dusk", "tombée de la nuit": "dusk", "tombée du jour": "dusk",
        "clair de lune": "night", "plein jour": "day",
    },
    abbreviations=words_of("m mm mme mlle mmes dr st ste me etc cf p ex av mgr no"),
    speaks="{speaker} parle",
    speaks_to="{speaker} parle à {listener}",
    speak_together="{speakers} se parlent",
    listens_to="{listener} écoute {speaker}",
    both="et",
)  # fmt: skip
