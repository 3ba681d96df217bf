"""First names by gender, English and French.

Names that are also common words (`Will`, `Hope`, `Dawn`) are left out: those need another witness.
"""

from __future__ import annotations

from nodes.storyboard.lexicon import words_of

SHE_NAMES = words_of(
    "abigail ada adele adèle agatha agathe agnes agnès alice alicia aline amanda amelia amélie amy "
    "anaïs andrea angela anita ann anna anne annie antonia antigone ariane audrey barbara beatrice "
    "béatrice bella bernadette beth betty blanche brigitte camille carla carmen carol caroline "
    "catherine cécile celia céline cendrillon charlotte chloe chloé christine cinderella claire "
    "clara clarisse clémence colette cordelia cosette daisy daphne deborah denise desdemona diana "
    "diane dora dorothy edith edna élise elena eleanor éléonore elisa elisabeth élisabeth eliza "
    "elizabeth ella ellen élodie éloïse elsa emilia émilie emily emma emmanuelle erica esmeralda "
    "estelle esther ethel eugénie eva eve évelyne fanny fantine fatima fiona flora florence "
    "françoise frida gabrielle geneviève georgia gertrude gina gisèle gloria greta gretel gwen "
    "hannah harriet hedda heidi helen helena hélène hermia hermione ida inès ingrid irene irène "
    "iris isabel isabella isabelle jacqueline jane janet janine jasmine jeanne jennifer jenny "
    "jessica jill joan joanna josephine joséphine juliana julia julie juliet juliette justine "
    "karen kate katherine kathleen kelly laetitia lena laura laure lauren lea léa leila léonie "
    "lila lilian lily linda lisa lise lola lorna louise lucia lucie lucille lucy lydia lydie mabel "
    "madeleine maeve maggie manon margaret margot marguerite maria mariam marianne marie marina "
    "marion marta martha martine mary mathilde matilda maud maya megan melanie mélanie mia michèle "
    "mildred mina miranda molly mona monica monique muriel nadia nadine nancy naomi natalie "
    "natasha nathalie nell nicole nina noémie nora norah odette odile olga olive olivia ophelia "
    "ophélie pamela patricia paula pauline penelope pénélope phoebe portia rachel rebecca "
    "regan renée rita roberta rosa rosalie rosalind rose rosemary ruby ruth sabrina sally samantha "
    "sandra sara sarah séverine sheila shirley simone sofia solange sonia sophia sophie stella "
    "stephanie stéphanie susan susanna suzanne sylvia sylvie tamara tania teresa tessa thérèse "
    "tina titania valentina valérie vanessa vera véronique victoria viola virginia virginie "
    "vivian viviane wendy yasmine yvette yvonne zelda zoe zoé"
)

HE_NAMES = words_of(
    "aaron abel abraham achille adam adrian adrien ahmed alain alan albert alex alexander "
    "alexandre alfred ali allan alphonse ambroise anatole andré andrew anthony antoine anton "
    "antonio armand arnaud arthur auguste augustin aurélien banquo baptiste barnaby basile bastien "
    "ben benedict benjamin benoît bernard bernardo boris brian bruno caleb carl carlos cassio "
    "cédric césar charles charlie christian christophe claude claudius clément colin connor cyril "
    "damien dan daniel david denis dennis diego dimitri dominic don duncan ed eddie edgar edmond "
    "edmund édouard edward eli elliot émile emmanuel enzo eric éric ernest étienne eugène evan "
    "fabien fabrice felix félix ferdinand fernand florian francis francisco françois frank fred "
    "frédéric gabriel gaston gavroche geoffrey george georges gérald gérard gilbert gilles "
    "giovanni gregory grégoire guillaume gustave guy hamlet hansel harold harry hector henri henry "
    "herbert hervé homer horace horatio howard hubert hugh hugo iago ian igor isaac ivan jacob "
    "jacques jake james jamie jason jasper javert jean jeffrey jeremy jérôme jim jimmy joe joel "
    "joey john johnny jonas jonathan joseph joshua jules julien julius justin karim karl keith "
    "kenneth kevin lambert lancelot laurent lawrence lear léo leo léon leon leonard léopold lewis "
    "liam lionel loïc louis luc lucas lucien luke macbeth mael malcolm marc marcel marcus "
    "marcellus marco marius martin mathieu matthew maurice max maxime mercutio michael michel "
    "miguel mike mohamed morgan moses nathan ned neil nestor nicholas nicolas noah noé norman "
    "oberon octave oliver olivier omar orlando oscar othello otto owen pablo pascal patrick paul "
    "pedro percy peter philip philippe pierre polonius prospero quentin ralph raoul raphaël "
    "raymond rémi rémy renaud rené ricardo richard rob robert roberto robin rodrigue roger roland "
    "roman romain romeo roméo ronald ronan roy rupert sacha sam samuel sean sébastien serge "
    "sergei seth sherlock shylock silas simon stanley stefan stephen steve steven stuart sven "
    "sylvain tancrède ted teddy théo theodore théodore thibault thierry thomas tim timothy tom "
    "tommy tony tristan tybalt ulysse valentin victor vincent vladimir walter warren wilfred "
    "wilhelm william winston xavier yann yannick yves zachary"
)
