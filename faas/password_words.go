package faas

import "strings"

// commonWords are what people build passwords from when nobody stops them: a password that consists of nothing else is
// refused, however it is dressed up.
var commonWords = strings.Fields(`
abc abcd abcdef access admin administrator again alexander alexandra amanda america and andrew andrey android angel
angels anthony anything apple april arsenal asdf asdfgh ashley asshole august australia autumn azerty baby babygirl
bailey banana barcelona baseball basketball batman battery bayern bear beer benjamin berlin best big bitch bitcoin
biteme black bless blessed blue bonjour boston brazil buddy business buster butterfly california camaro canada cat
champion change changeme charlie cheese chelsea chevy chicago chocolate christ christian christopher ciao cisco
cloud coffee company computer contrasena cookie cool corporate correct correcthorsebatterystaple corvette
counterstrike cowboy cowboys crystal dallas daniel danielle darling dasha database december default denver deploy
developer devops diamond disney dmitri docker dog doggy dollar donald dortmund dragon eagle earth eight elizabeth
employee england enter facebook faith falcon family february ferrari fire five florida flower flowers football for
ford forest forever forget forgot fortnite four france freedom friday friend friends fuck fucker fuckyou function
functions galaxy game gamer games gandalf garfield gateway geheim george germany get ginger god gold golden golf
google green guest guitar hallo hammer happy harley haslo heaven hello helpdesk hero hockey hola home honda honey
hope horse hot houston hunter iloveyou internet iphone ironman ivanov january jasmine jennifer jessica jesus
jonathan jordan joseph joshua july june juventus killer kitty kubernetes lambda let letmein lightning linux lion
little liverpool login logon london losenord love lovely loveme lucky lyubov madrid maggie magic manager manchester
march marina mario master matrix matthew maverick max may mega mercedes merlin metal mexico michael michelle mickey
microsoft milan million minecraft minnie molly monday money monkey moon moscow motdepasse mountain music mustang
naruto natasha network new newyork nicholas nicole nine nobody not nothing november number ocean october office old
one operator oracle orange orlando our paris parol pass passord passphrase passw password passwort patrick peace
peanut pepper phoenix piano pink pizza player please pokemon pooh porn porsche power princess privet production punk
purple pussy pwd qwerty qwertz rainbow ranger red release remember rich richard river robert roblox rock rocky roma
root russia salasana samantha samsung saturday scooter secret secure security senha september sergey server service
services seven sex sexy shadow shit silver six sky smile snoopy soccer someone something sonic sophie spiderman
spring staging staple star stars startrek starwars steelers storm success summer sun sunday sunshine super superman
support sweet sweetheart system temp temporary ten tennis test tester testing texas that the this thomas three
thunder thursday thx tiger tigger toyota trustno tuesday two ubuntu ultra unicorn united user victoria vladimir
vodka wachtwoord warcraft water wednesday welcome whatever whiskey white whoever william windows winner winter
wizard wolf word work world yamaha yankee yankees yellow yes york you your zelda zxcvbn
`)
