"""The English lexicon."""

from __future__ import annotations

import re

from nodes.storyboard.firstnames import HE_NAMES, SHE_NAMES
from nodes.storyboard.lexicon import Lexicon, words_of

_VOWELS = "aeiou"


def _forms(verb: str) -> set[str]:
    """Return the regular forms of a verb."""
    if verb.endswith("e"):
        return {verb, verb + "s", verb + "d", verb[:-1] + "ing"}
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return {verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"}
    if verb.endswith(("s", "sh", "ch", "x", "z")):
        return {verb, verb + "es", verb + "ed", verb + "ing"}
    doubled = verb + verb[-1] if re.search(r"^[^aeiou]*[aeiou][^aeiouwxy]$", verb) else verb
    return {verb, verb + "s", doubled + "ed", doubled + "ing"}


def _verbs(regular: str, irregular: str = "") -> frozenset[str]:
    forms = {form for verb in regular.split() for form in _forms(verb)}
    return frozenset(forms) | words_of(irregular)


def _nouns(singular: str, irregular: str = "") -> frozenset[str]:
    words = words_of(singular)
    plurals = {
        word + "es" if word.endswith(("s", "x", "ch", "sh")) else word + "s" for word in words
    }
    return words | plurals | words_of(irregular)


_FEMININE = _nouns(
    "girl lady queen mother sister daughter princess wife aunt grandmother grandma nurse hen cow "
    "mermaid goddess duchess waitress actress maid maiden niece",
    "woman women mrs miss ms mare ewe vixen lioness",
)
_MASCULINE = _nouns(
    "boy king father brother son prince husband uncle grandfather grandpa monk lord duke cock "
    "rooster bull stag knight waiter actor gentleman nephew sir mr",
    "man men old-man gentlemen",
)

_ANIMALS = _nouns(
    "animal beast creature dog puppy cat kitten horse pony donkey goat lamb pig "
    "hare rabbit tortoise turtle fox wolf bear lion tiger elephant monkey ape deer "
    "mouse rat squirrel hedgehog badger frog toad snake lizard crocodile bird crow raven owl "
    "eagle hawk falcon dove pigeon swan duck goose stork crane sparrow nightingale parrot "
    "peacock chicken turkey whale dolphin shark octopus crab bee ant spider "
    "butterfly grasshopper cricket unicorn rooster cock hen cow bull stag",
    "wolves mice geese sheep oxen ox fish cicada mosquito mare ewe vixen lioness",
)

ENGLISH = Lexicon(
    language="en",
    function_words=words_of(
        "a an the this that these those he she it they we you i his her its their our your my mine "
        "him them us me who whom whose which what where when why how and or but nor so yet for if "
        "then than as at by in on of to from with without into onto over under up down out off "
        "about after before behind beside beyond between among through during until till since "
        "while because although though unless whether once twice again ever never always often "
        "soon now here there today tomorrow yesterday tonight suddenly slowly finally later "
        "meanwhile instead perhaps maybe yes no not oh ah alas well very too also just only even "
        "still both all some any each every many much more most few several one two three four "
        "five six seven eight nine ten first last next other another such same own enough let do "
        "does did done is are was were be been being am have has had having will would shall "
        "should can could may might must go come came went nothing something everything anything "
        "nobody somebody everybody god heaven god's sometimes everyone someone anyone god "
        "january february march april may june july august september october november december "
        "monday tuesday wednesday thursday friday saturday sunday english french chapter part "
        "act scene enter exit exeunt fade cut o'clock it's that's there's i'm i'll don't"
    ),
    articles=words_of("the a an this that his her their my our your its one another"),
    possessors=words_of("of"),
    titles=words_of(
        "mr mrs ms miss sir madam lord lady dr doctor master mistress captain professor saint st "
        "uncle aunt king queen prince princess old young little poor dear brother sister father "
        "mother friar count countess baron colonel general sergeant inspector"
    ),
    beings=_FEMININE
    | _MASCULINE
    | _ANIMALS
    | _nouns(
        "person child baby friend stranger soldier guard sentinel sailor farmer shepherd hunter "
        "fisherman doctor teacher student painter musician dancer singer writer poet priest thief "
        "robber pirate captain merchant servant beggar traveller traveler wanderer giant dwarf "
        "ghost spirit angel demon devil wizard witch fairy elf dragon monster robot alien "
        "astronaut detective policeman officer driver pilot cook chef baker tailor carpenter "
        "blacksmith miller neighbour neighbor crowd army family couple twin hero villain "
        "phantom skeleton",
        "children people fishermen policemen thieves elves dwarves spirits",
    )
    - words_of("mr mrs miss ms sir"),
    animals=_ANIMALS,
    feminine=_FEMININE | SHE_NAMES,
    masculine=_MASCULINE | HE_NAMES,
    he=words_of("he himself"),
    she=words_of("she herself"),
    it=words_of("it itself"),
    they=words_of("they both"),
    him=words_of("him"),
    relatives=words_of("who"),
    conjunctions=words_of("and but then while who so until when as for yet or where which because"),
    speech=_verbs(
        "reply answer ask whisper shout cry call exclaim murmur mutter declare add continue "
        "demand inquire enquire remark observe propose beg promise announce explain yell scream "
        "sigh gasp growl roar hiss croak bark chuckle snap stammer plead insist protest agree "
        "warn boast retort respond sing correct interrupt complain confess admit repeat",
        "say says said saying tell tells told telling speak speaks spoke speaking quoth sang sings",
    ),
    moving=_verbs(
        "walk race rush dash hurry chase follow gallop trot stroll march wander travel crawl "
        "climb jump leap hop skip dance march cross approach pass enter return start move escape "
        "flee sail row glide stride stumble charge sprint wade march stalk pursue arrive depart "
        "step creep",
        "run runs ran running ride rides rode riding swim swims swam swimming drive drives drove "
        "driving fled flees come comes came coming go goes went going leave leaves left leaving "
        "crept slip slips slipped",
    ),
    feeling=_verbs(
        "smile laugh weep blush tremble shiver frown grin stare gaze fear love hate doubt wonder "
        "dream sob grieve rejoice despair sigh yawn doze",
        "feel feels felt weeping wept afraid ashamed angry sad happy glad proud lonely tired tears "
        "tear joy sorrow grief rage fury shame fright terror asleep sleep sleeps slept sleeping "
        "confused astonished surprised horrified delighted",
    ),
    revealing=_verbs(
        "notice discover reveal realise realize appear emerge recognise recognize spot glimpse "
        "behold open",
        "see sees saw seen find finds found suddenly behold beheld",
    ),
    fighting=_verbs(
        "attack battle struggle wrestle strike stab shoot explode crash smash punch kick duel",
        "fight fights fought fighting struck shot hit hits",
    ),
    rising=_verbs(
        "soar lift ascend",
        "fly flies flew flying rise rises rose rising above tower towers sky climbs",
    ),
    falling=_verbs(
        "drop tumble collapse sink descend",
        "fall falls fell falling sank sunk",
    )
    - {"fell"},
    places=_nouns(
        "forest wood woods field meadow garden park river stream lake pond sea ocean beach shore "
        "island mountain hill valley desert cave cliff road path street lane highway bridge square "
        "market village town city castle palace tower battlement platform rampart wall gate "
        "courtyard church cathedral temple house cottage cabin hut farm barn stable mill inn "
        "tavern room bedroom kitchen hall corridor staircase attic cellar roof window door "
        "doorway balcony terrace library school classroom hospital office shop store station "
        "train harbour harbor port dock ship boat deck airport plane spaceship factory workshop "
        "laboratory prison cell dungeon theatre theater stage cemetery graveyard tomb bank "
        "riverbank wayside roadside hillside clearing grove orchard vineyard swamp marsh jungle "
        "plain prairie horizon rooftop alley crossroads course track goal stadium restaurant café "
        "cafe bar tent camp well fountain throne fireplace hearth table bed tree branch oak nest "
        "ladder bench lighthouse moor heath",
        "branches churches beaches benches",
    ),
    vehicles=_nouns("train ship boat plane spaceship"),
    fixtures=_nouns("gate wall door doorway window table bed ladder fireplace hearth"),
    trinkets=_nouns(
        "letter key ring watch coin pistol gun knife map photograph photo drawing note scrap "
        "phone necklace button bullet ticket envelope locket needle matchbox"
    ),
    leaps=words_of("passed later"),
    periods=words_of("days weeks months years centuries"),
    arriving=_verbs("reach enter approach cross visit", "leave leaves left leaving"),
    place_prepositions=words_of(
        "in on at by near under beneath behind through into onto across before beside along to "
        "toward towards over from outside inside within around above below beyond upon atop amid"
    ),
    scenery=words_of(
        "sun moon star stars cloud clouds rain snow wind storm thunder lightning fog mist sky fire "
        "smoke flame flames light lights shadow shadows lamp lantern candle sword crown cheese "
        "letter book ring key door clock bell bells car bus bicycle cart carriage wagon flag "
        "flower flowers rose leaf leaves grass stone rock rocks sand water wave waves cold armour "
        "ice bread apple egg eggs hat mirror phone gun knife rope chest box map"
    ),
    times={
        "dawn": "dawn", "daybreak": "dawn", "sunrise": "dawn", "cockcrow": "dawn",
        "morning": "morning", "noon": "noon", "midday": "noon", "afternoon": "afternoon",
        "dusk": "dusk", "twilight": "dusk", "sunset": "dusk", "nightfall": "dusk",
        "evening": "evening", "night": "night", "midnight": "night", "moonlight": "night",
        "moonlit": "night", "starlight": "night", "daylight": "day", "sunlight": "day",
    },
    time_phrases={"first light": "dawn", "by day": "day", "golden hour": "dusk"},
    abbreviations=words_of(
        "mr mrs ms dr st prof sr jr vs etc eg ie no vol fig capt col gen lt sgt rev hon mt"
    ),
)  # fmt: skip
