"""Function words of English and Russian, which say nothing about what a text is on."""

from __future__ import annotations

_ENGLISH = """
a about above across after again against all almost along already also although always am among an and another any
anyone anything are around as at away back be became because become becomes been before behind being below between
both but by can cannot could did do does doing done down during each either else enough even ever every everyone
everything few for from further get gets getting give gives go goes going gone got had has have having he her here
hers herself him himself his how however i if in instead into is it its itself just least less let like made make
makes making many may maybe me might mine more most much must my myself near neither never no nobody none nor not
nothing now of off often on once one only onto or other others our ours ourselves out over own per perhaps put quite
rather really same say saying says said see seen several shall she should since so some someone something soon still
such take taken takes than that the their theirs them themselves then there therefore these they thing things this
those though through throughout thus till to together too took toward towards under until unless up upon us use used
uses using very via was way we well went were what whatever when where whether which while who whoever whole whom whose
why will with within without won would yet you your yours yourself yourselves
"""

_RUSSIAN = """
а без более больше будем будет будете будешь буду будут будто бы бывает был была были было быть в вам вами вас ваш ваша
ваше ваши вдруг ведь весь во вообще вот впрочем все всегда всего всей всем всеми всему всех всею всю вся всё всюду вы
где да даже для до другая другие других другого другое другой его ее ей ему если есть еще ещё её же за зачем здесь и
из или им ими иногда их к каждая каждого каждое каждой каждый как какая какие каким каких какого какое какой кем когда
кого ком кому конечно которая которого которое которой котором которому которую которые который которым которыми
которых кроме кто куда ли либо лишь лучше между менее меня мне много могла могли могло могу могут мог может можно мои
мой моя моё мы на над надо нам нами нас наш наша наше наши не него нее ней нельзя нем нему нет нею неё ни нибудь
никогда никто ним ними них ничего но ну о об однако он она они оно опять от отчего очень по под подобно после потом
потому почему почти поэтому при про просто против раз разве с сам сама сами само самого самой самом свое своего своей
свои своим своими своих свой свою своя своё себе себя сейчас сколько слишком снова со собой совсем становится стал
стала стали стало так такая также такие таким таких такого такое такой там те тебе тебя тем теми теперь тех то тобой
тогда того тоже той только том тому тот тою три ту туда тут ты у уж уже хорошо хоть хотя чего чей чем через что чтоб
чтобы чуть чья эта эти этим этими этих это этого этой этом этому этот эту я является являются
"""

STOP: frozenset[str] = frozenset((_ENGLISH + _RUSSIAN).replace("ё", "е").split())
"""Folded words; their stems are not in it."""
