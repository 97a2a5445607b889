"""What people say behind a name that is no part of it ("ask nigel to", "will nigel come").

Written by kind of word, not from sentences: what stands between names and the rest of a sentence,
and the base forms of verbs, which follow a name after will, did, can and let. Bent forms (called,
wants) need no list: a family name that is a word stands in its base form.
"""

ENGLISH = frozenset(
    """
    a an the this that these those some any no every each all both either neither such another
    i me my mine you your yours he him his she her hers it its we us our ours they them their theirs
    who whom whose which what myself himself herself themselves yourself ourselves one ones
    and or but nor so yet if then than because since while when where why how whether though
    although until unless once
    at by for from in into of off on onto out over to under up upon with without within about above
    across after against along among around as before behind below beside besides between beyond
    despite down during except inside like near outside past per round through throughout till
    toward towards via
    not never ever always often sometimes usually again already also almost away back early enough
    else even far fast first here there just last late later least less maybe more most much nearly
    next now only perhaps pretty quite rather really right same soon still straight together too
    very well yesterday today tonight tomorrow instead indeed actually probably certainly directly
    personally separately alone anyway somewhere upstairs downstairs abroad
    yes no ok okay please thanks thank sorry hello hi hey bye goodbye oh ah uh um er well sure fine
    good great nice bad happy glad able ready busy free sick ill available
    zero one two three four five six seven eight nine ten hundred thousand half second third
    be am is are was were been do does did done have has had will would shall should can could may
    might must need dare
    accept add agree allow answer apologise arrange arrive ask bring book buy call cancel carry
    change charge check choose collect come complain confirm contact cook cost cut decide deliver
    drink drive drop eat email enjoy enter explain fail fall feel fill find finish fix fly follow
    forget get give go grow happen hate hear help hold hope join keep know land lead learn leave let
    lie listen live look lose love make manage mean meet mention mind miss move offer open order own
    pass pay phone pick plan play prefer promise provide pull push put reach read receive recommend
    remember remove repeat reply require reserve return ring run save say see seem sell send set
    share show sign sit sleep speak spell spend stand start stay stop suggest swim take talk tell
    text think travel try turn use visit wait wake walk want wash watch wear wish work worry write
    ate began bought brought came felt found gave got had heard kept knew left lost made met paid
    said sat saw sent slept spoke stood swam thought told took went wrote
    alone angry dear upset vegan vegetarian allergic pregnant married absent present
    breakfast lunch dinner supper coffee tea water food
    dot dash slash hyphen underscore com net org
    morning evening afternoon night noon day week weekend month year time hour minute monday tuesday
    wednesday thursday friday saturday sunday january february march april may june july august
    september october november december
    mr mrs ms miss sir madam junior senior name surname number room rooms table booking reservation
    invoice bill key card account phone mobile address
    """.split()
)
