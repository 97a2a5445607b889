"""Swedish names: the lists of Faker 40.63 and mimesis 22.2, both MIT, joined.

docs/dependencies-vendored.md says how they were taken. Which of them are words of the language too
is asked of the word list, not written here.
"""

FIRST = """
Aabiörn Aabram Aabyorn Aabyrn Aache Aaddhe Aaddke Aage Aaggy Aaghe Aagi Aaka Aake Aako Aakä Aale
Aalf Aalff Aalgoth Aalgut Aan Aared Aaron Abbas Abbe Abbelle Abbertus Abbiorn Abbiörn Abbleka
Abbram Abdi Abdirahman Abdul Abdullah Abdullahi Abel Abela Abele Abeleke Abelke Abell Abern
Abernus Abert Abhram Abild Abiorn Abiörn Abjörn Abordh Aborn Abraam Abrahaam Abraham Abrahm
Abram Abrham Absalon Abso Absolon Abyorn Abyrn Abörn Accarius Accella Acelia Acha Ache Acho
Acilinus Acke Ackke Aco Adalbert Adalbertus Adalissa Adaliza Adalvard Adalward Adalwardus Adam
Adde Addhe Addrian Adelburgis Adele Adeliisse Adeliisze Adelissa Adelisza Adelitz Adelitza
Adelitze Adelitzse Adelixa Adeliza Adellissa Adelualder Adelwardh Adelwardus Adhalissa
Adhalitzsa Adhelburg Adhelin Adhelissa Adheliza Adhels Adhils Adhinlidhse Adhlidhse Adierff Adis
Adiärf Adlitza Adlitze Adlize Admundus Adnan Adolf Adrian Adriana Adryan Adstilla Adulpho
Adulphus Affrad Affradh Affradus Afkar Afkarus Afradh Afradher Afrath Afridh Afwastus Agada
Agade Agata Agatha Agathe Agda Agdha Agdis Age Agge Aggi Aggo Aghada Aghata Aghe Aghen Aghi
Aghmund Aghmunder Aghmundur Aghmundus Agho Aghvardh Aghvidh Aghä Agi Agimundus Agisl Agmund
Agmunder Agmundh Agmundher Agmundir Agmundo Agmundr Agmundus Agmwnd Agne Agnes Agneta Agnete
Agnetha Agnethe Agnieszka Agniis Agniiss Agnijs Agnis Agnisa Agniss Agnyss Ago Agur Agus
Agvardus Agy Agä Ahmad Ahmed Aide Aimundus Aina Aisha Aka Akarius Ake Akee Aki Akie Akj Akke Ako
Akoo Aky Akä Alan Alanus Alar Alardus Alarik Alart Alba Albart Alberd Albero Albert Alberto
Albertus Alberus Albin Albo Alboldus Alborg Albrech Albrecht Albrect Albred Albregt Albrek
Albrekt Albret Albrett Albreyt Albric Albricht Albrict Albricus Albrikt Albrit Albryc Albrygth
Albrykt Albryt Albräc Albräkt Alcha Ale Aledim Aledt Alefant Alegut Aleida Aleidis Alejandro
Aleka Aleksandra Alerd Alerdt Alert Alesant Alesantar Alet Aleta Alex Alexander Alexandra Alexis
Alexius Aleydis Alf Alferth Alffuer Alffuir Alffuor Alffwin Alfolsus Alfons Alfonsus Alfradus
Alfred Alfridh Alfuer Alfvold Alfwardus Algot Algunna Alhect Alheid Ali Alice Alicia Alidza
Alika Alina Alise Alitza Aliza Alka Allan Alldelisse Allerdis Alleydis Alleyt Alma Alva Alvar
Alve Alvin Amadeus Amalia Amanda Amelia Amelie Amin Amina Amir Amira Amma Ana Anas Anborgh
Anders Andrea Andreas Andres Andrew Andrzej André Andréas Anette Angela Angelica Angelika
Angelina Angnes Angneta Angnetha Angnita Anita Anja Ann Ann-Britt Ann-Charlott Ann-Charlotte
Ann-Christin Ann-Christine Ann-Kristin Ann-Louise Ann-Mari Ann-Marie Ann-Sofi Ann-Sofie Anna
Anna-Karin Anna-Lena Anna-Lisa Anna-Maria Anne Anne-Marie Anneke Anneli Annelie Annette Annica
Annie Annika Annikki Antero Anthony Anton Antonia Antonio Arfridh Arna Arnborgh Arne Arnfridh
Arngun Arngärdh Arnhild Arnlög Arnold Aron Arthur Artur Arvid Asa Ascelia Ascella Asfridh Asgun
Asgunn Asgärdh Aslaug Aslög Asmodh Asrid Asrun Assar Asta Astelia Aston Astrid Astridh Asvi
Asälf Athelbugh Athelburgh Athledis Athlitze Atla Atleta Atlissä August Aurora Axel Aåke Bagge
Balle Baltasar Baltsar Baltzar Banke Barbara Barbro Bardh Bardher Barebra Bark Barkvidh
Bartholomeus Bartolomeus Barwíth Basse Beata Beatrice Beinkt Beinkter Bella Ben Benct Bencta
Bencth Bendict Bendikt Benedicta Benedictus Benedikt Bengt Bengta Benjamin Benkt Benkta Benkth
Benny Bent Berendt Berent Berge Berger Bergerus Berit Bernd Berndt Bernhard Bernt Bert Berta
Bertil Betty Bianca Bill Billy Birger Birghitta Birgit Birgitta Birita Bjarne Björn Bodil Boel
Borgildha Borgunn Boris Botheidh Bothilder Botildis Botvi Brita Britt Britt-Mari Britt-Marie
Britta Bror Bruno Brynhild Byrghita Byrita Börje Cajsa Camilla Carin Carina Carl Carl-Johan
Carlos Carmen Carola Carolin Carolina Caroline Casper Cassandra Catarina Catharina Cathrine
Catrin Cecilia Celine Charles Charlie Charlott Charlotta Charlotte Christel Christer Christian
Christin Christina Christine Christofer Christoffer Christopher Claes Clara Clas Claudia Colin
Conny Constantia Cornelia Cristin Cristina Cristine Curt Dag Dagmar Dagny Dan Daniel Daniela
Daniella Dante David Del Denise Dennis Desirée Diana Dick Dorde Dordi Dorede Dorete Doris
Dorotea Dorothea Dota Doter Douglas Ebba Ebbe Eddie Edela Edgar Edit Edith Edla Edvard Edvin
Edward Edwin Egon Einar Eira Eirny Eivor Eldridh Elena Eleonor Eleonora Elias Eliko Elin Elina
Elinor Elis Elisa Elisabet Elisabeth Elise Elisiv Elizabeth Ella Ellen Ellie Ellinor Elliot
Ellissa Ellitze Elly Elma Elmer Elna Elof Elsa Else Elseby Elsef Elsie Elsy Elton Elvin Elvira
Elvis Elvy Elzaby Emanuel Emelie Emil Emilia Emilie Emilio Emily Emma Emmy Enar Engla Eric Erica
Erik Erika Erland Erling Erna Ernst Eskil Estelle Ester Esther Ethel Eugen Eva Eva-Lena Evald
Evelina Evelyn Evert Evy Ewa Fabian Fanny Farulf Fastbiorn Fastbiörn Faste Fastger Fastlög
Fastridh Fastrun Fastuidus Fastulf Fastvi Fastvidh Fatima Felicia Felix Ferdinand Fet Ficke
Filip Filippa Filippus Filpus Fin Finger Finne Finnulf Finnvid Finnvidh Finvid Finvidh Finwith
Florence Folkar Folkbiorn Folke Folksten Folkvi Folkvidh Forkun Fot Frank Frans Franses Frantz
Fred Fredric Fredrik Fredrika Freja Frida Fridhger Fridhi Fridhkil Fridhlef Fritz Frö Fröbiorn
Fröborg Frödis Fröger Frögerd Frögun Frögärdh Frömund Frörik Frösten Frövidh Fughle Fullughe
Fundin Gabriel Gabriella Gadde Galen Galle Gamal Gamaliel Gamble Gammal Gap Gas Gase Gasse
Gautwidus Gedion Georg George Georgius Ger Gerardus Gerbiorn Gerd Gerda Gerdt Gere Gerfridh
Gerhard Gerhvat Gerika Gerlag Gerlak Gerlef Gerlof Gerlög Germar Germund Gert Gerthorn Gerthrud
Gertrud Gerulf Gerulphus Gerunn Gervast Gervat Gervi Gervidh Geska Geting Gevald Gilbert Gilde
Gilla Gille Gillis Gillög Ginniut Giord Giordh Gise Gisela Gisl Gisle Gislög Gismund Gissel
Gissle Giurdh Giörell Giötarr Gjord Gjöli Glenn Gnupa Godert Godhe Godwinus Golle Gostauus Gote
Gothscalcus Gotschalk Gottfrid Gove Greers Greger Gregers Gregorius Grels Gren Grep Grers Greta
Greteke Grim Grimhild Grimkil Grimolf Grimulf Gro Groa Gudelig Gudhborg Gudhfridh Gudhgärdh
Gudhlög Gudhmodh Gudhrun Gudhvi Gudrun Gulla Gullög Gumbor Gun Gun-Britt Gunborg Gunborgh
Gunfridh Gunhedh Gunheidh Gunhild Gunilda Gunilla Gunna Gunnar Gunnel Gunner Gunnil Gunnild
Gunnilda Gunnolf Gunnulf Gunnur Gunnälf Gunnö Gunridh Gunsten Guntherus Gunthrudh Gunvald Gunvar
Gunvat Gunvidh Gunvor Guse Gusse Gustaf Gustaff Gustav Gute Guti Guve Guze Gydha Gylle Gyna
Gynna Gynter Gyrdh Gyrdher Gyridh Gyrth Gärdhar Gästil Gästulv Gödar Gödelig Gödert Gödika Göli
Gölig Gölog Göran Görel Görvel Gösta Göstaff Göstav Göte Götke Götmar Götstaf Götulf Götz
Götzeke Götzele Habbol Habhram Habor Habra Habraam Habraham Habram Hadwig Haferdh Hafridh Hafrik
Hafthor Hafuidh Haghbardh Haghne Hakan Hake Haken Hakon Halbertus Halbiorn Haldan Halden Halfdan
Halffred Hallbiorn Halle Haller Hallkel Hallor Hallvidh Hals Halsand Halsten Halvar Halvard
Halvardh Halvidh Hamfrid Hamid Hampus Hamund Hamza Hand Hane Hanis Hanna Hannah Hannele Hannes
Hanns Hannus Hans Hanss Hanus Haquinus Harald Hardh Hardhe Hardhger Hardhsten Harik Harok
Harriet Harry Hartika Hartman Hartvig Hartwik Hasan Hassan Hasten Havar Havardh Haver Hedda
Hedendis Hedevi Hedewig Hedhindis Hedvig Heidi Heine Hejne Helen Helena Helene Helf Helga Helge
Helger Helja Hellevig Helmer Helmuastus Helvi Helvig Helén Heléne Heming Hemkil Hemming
Hemmingus Hemulf Hemvidh Henekinus Henichinus Henika Henike Henkil Henneke Hennika Henning
Henric Henrich Henrietta Henrik Henry Herbert Herbertus Herborg Herbrikt Herlef Herman Hermann
Hermannus Heyke Heyki Hidhin Hidhinbiorn Hilda Hildebrand Hildiburg Hilding Hildolf Hilla
Hillegärd Hillevi Hilma Hindrika Hinric Hints Hintze Hinza Hinze Hinzele Hiälmdis Hiälmlög
Hjalmar Hjälm Hjälmger Hjördis Holfre Holfred Holger Holgero Holgher Holm Holma Holmbiorn
Holmborg Holmdis Holme Holmfast Holmfrid Holmfridh Holmger Holmgun Holmgärd Holmgärdh Holmkil
Holmlög Holmstanus Holmsten Holmvast Holmvi Holmvidh Holte Holuidh Holvaster Hove Hughald
Hughalde Hughi Hughlek Hugo Hulmwidus Hulte Hultrik Hunvidh Hussein Hvit Hvithovudh Häghvidh
Hälgha Hälghe Härbiorn Härborg Härdis Härger Häriulf Härjulf Härlef Härlek Härlev Härlog Härlög
Härmund Härse Härvast Härvidh Håkan Ian Ibrahim Ida Idun Ilona Ilse Ina Ines Inez Ing-Britt
Ing-Marie Inga Inga-Britt Inga-Lill Ingalill Inge Ingeborg Ingegerd Ingegärd Ingela Ingemar
Inger Ingmar Ingrid Ingvar Irene Iris Irma Iréne Isa Isaac Isabel Isabell Isabella Isabelle Isac
Isak Ismail Iule Iute Iuvur Ivan Ivar Iönis Iöns Iösse Jack Jacob Jakob Jamal James Jan Jan-Erik
Jan-Olof Jan-Åke Jane Janet Jari Jarl Jasmin Jasmine Jean Jeanette Jennie Jennifer Jenny Jens
Jerker Jerry Jesper Jessica Jill Jim Jimmie Jimmy Joachim Joacim Joakim Joanna Joel Johan
Johanna Johannes John Johnny Joline Jon Jonas Jonatan Jonathan Jonna Jonny Jose Josef Josefin
Josefina Josefine Joseph Josephine José Juan Judith Juhani Julia Julian Julie Julius Juni Junior
Jusse Juvan Järl Järle Järund Jåp Jåper Jönis Jöns Jöran Jören Jörgen Jörien Jürgen Kaarina
Kadherin Kadhrin Kai Kaj Kajsa Kalevi Kalle Kari Karim Karin Karina Karl Karl-Erik Karolina
Kasper Katarina Katarzyna Katerin Katerina Katharina Katja Katrin Keli Kellu Kennet Kenneth
Kenny Kent Kenth Kerstin Kevin Khaled Khalid Kian Kierstin Kim Kirstin Kiäli Kjell Kjellu Klara
Klas Knut Konrad Krister Kristian Kristin Kristina Kristine Kristofer Kristoffer Krok Krum
Krzysztof Kulle Kumar Kurt Kuse Kvigh Kylva Käbbe Käldor Källar Käller Kätil Kätilrun Kätilvi
Kätilög Kättil Kättilbiorn Kättilbjörn Kättilborg Kättilfridh Kättilger Kättilgun Kättilgärdh
Kättillog Kättillög Kättilmund Kättilog Kättilvast Kättilvi Kättilö Kättilög Könika Lage Laila
Lara Lars Lars-Erik Lars-Göran Lars-Olof Lars-Åke Lasse Laura Lea Leah Leena Leia Leif Leila
Lena Lennart Leo Leon Leona Leonard Leonardo Leopold Levi Liam Liisa Lilian Lillemor Lilly Lily
Lina Linda Linn Linnea Linnéa Linus Lisa Lisbet Lisbeth Lise-Lott Lise-Lotte Lisebet Liselott
Liselotte Liv Livia Lludechinus Lodwig Lodwik Loke Lokk Lokke Lotta Loui Louie Louis Louise Lova
Love Lovis Lovisa Lowe Lucas Lucia Ludhin Ludvig Ludwig Luis Lukas Luna Lussa Lydekin Lydia
Lykke Lüdeka Maarit Madeleine Madelene Madz Maens Magdalena Magga Maghens Maghons Magnill
Magnilla Magnus Magons Mahdi Mahmoud Maisa Maj Maj-Britt Maj-Lis Maja Majken Majsa Majvor
Malgorzata Malin Malte Malva Mane Manfred Manne Mans Manuel Maons Marchus Marcin Marco Marcus
Marek Margaret Margareta Margaretha Marget Marghit Margit Margot Margret Margta Mari Maria
Mariam Mariana Mariann Marianne Marie Marie-Louise Marika Marina Mario Marit Marita Marja
Marjatta Mark Marko Markor Markus Markward Marlene Marquardus Marta Marten Marthin Martin
Martina Martinus Mary Maryam Matheo Mathias Mathilda Matias Matilda Mats Matteo Matteus Matti
Mattias Mattis Mattiss Matts Matz Maud Mauritius Mauritz Mawens Max Maximilian May Maya
Mechthild Mechtild Mehmet Meja Mekel Melcher Melchior Melina Melissa Melker Melvin Melwin Menart
Menarth Merten Metta Mette Mia Micael Michael Michaela Michal Michel Michelle Mickel Mickil
Miguel Mika Mikael Mikaela Mikel Mila Milan Milla Milo Milton Mimmi Mina Minna Mio Mira Miranda
Miriam Mirjam Moa Moder Modher Mogenss Mohamad Mohamed Mohammad Mohammed Moiken Molly Mona
Monica Monika Mons Monulf Morgan Moritz Morten Morthen Muhammad Mule Mundgärdh Mundo Mustafa
Mäginvast Märeta Märita Märta Märtha Mätta Måns Mårten Nadia Nadja Nancy Nanna Natalia Natalie
Natanael Nathalie Nellie Nelly Neo Nicholas Nicklas Niclas Nicolas Nicole Niklas Nikola Nils
Nina Noa Noah Noel Nora Nour Nova Novalie Offe Ofrad Ofradh Oge Oghe Oghmund Ogmunder Ogy Oke
Okä Ola Olaf Olaff Olauer Olaus Olav Olavi Ole Olef Oleff Olf Olga Oliver Olivia Oliwer Olle
Olof Olov Oluf Oluff Omar Onas Ookä Ored Oreste Orikkia Orikus Ormlög Oscar Oskar Osman Ossian
Othindisa Ottilia Otto Ove Owe Paedhar Paedher Paer Pal Pall Patric Patricia Patrick Patrik
Pauel Paul Paula Paulina Pauline Paulus Paval Pawall Pawel Peder Pedhar Pedher Peer Pekka Pelle
Per Per-Erik Per-Olof Pernilla Petar Peter Pether Petra Petri Petro Petronella Petronilla Petrus
Petter Philip Philippus Philpus Pia Pierre Piotr Pontus Povel Pädhar Pädher Pär Pätar Päter
Päther Påll Påval Rachel Radhborg Radhgärdh Rafael Ragna Ragnar Ragnborg Ragnborgh Ragndis
Ragnfridh Ragnhild Ragnhilda Ragnvi Ragnälf Ragnö Rakel Ralf Ralph Randvi Rannvig Rasmus Raymond
Rebecca Rebecka Regina Reine Reinhold Renée Reza Richard Rickard Ricmot Rigmor Rikard Rikhild
Rikitza Rikiza Rikvald Rikvidh Ring Ringsten Ringvidh Rita Roald Roalde Roar Robert Roberto
Robin Rodher Rodhger Rodhgärdh Rodhils Rodhlef Rodhlög Rodhmar Rodhmund Rodholf Rodhsten Rodhulf
Rodhvald Rodhvi Rodhälf Rodmar Rodny Rog Roger Roland Rolf Rollef Romund Ronald Ronja Ronnie
Ronny Rosa Rose Rose-Marie Rosita Rotkar Rotker Rovald Roy Ruben Rudolf Runa Runbiorn Rune
Runfast Runfrid Runfridh Runkil Runsten Runulf Runvast Runvidh Runälf Rut Ruth Rysia Rörik
Sabina Saga Said Saleh Sally Sam Sami Samir Samira Samuel Sandra Sanna Sara Sarah Sebastian
Selma Seth Sibilla Sigborg Sigfrid Sigge Sigger Sighbiorn Sighborgh Sighdan Sighfast Sighfridh
Sighhvat Sighmar Sighmund Sighne Sighni Sighniut Sighridh Sighridher Sighrun Siglög Signe
Signild Sigrid Sigurd Sigvard Simon Simone Siri Siv Sivert Sixten Skamhals Skardhe Skarpe Skogh
Skoghe Skule Skärlog Slodhe Smidh Snare Sofi Sofia Sofie Solveig Sone Sonia Sonja Sonny Sophia
Sophie Sot Sote Spa Spak Spake Spirv Spiut Staffan Stak Stake Stale Stapfan Star Stare Starke
Starre Stefan Stella Stellan Sten Stena Stenar Stenbiorn Stenborg Stenborgh Stenfinn Stenfridh
Stengärdh Stenhild Stenkil Stenolf Stenulf Stenvast Stenvor Stephanie Stephanus Stig Stigher
Stigulf Stina Storbjörn Store Storlach Sture Stybbe Styfeldus Styr Styrbiorn Styreman Styrger
Styrkar Styrman Styrvast Störbjörn Suen Sune Sunniva Sunvidh Susan Susann Susanna Susanne Sutare
Suzanne Svante Svantepolk Svantopolk Svarald Svart Svarte Svarthövde Svea Sven Sven-Erik
Sven-Olof Svena Svenald Svenborg Svening Svenke Svente Svenung Sverkel Sverkil Svärke Svärkir
Swarte Swarthe Swen Swäning Sylvia Symon Syxsten Säbiorn Säbjörn Säborg Säfast Sävald Sören Tage
Tanja Tapani Tapio Tate Tavast Ted Teodor Teresa Terese Teresia Thea Theo Theodor Theodorus
Theres Therese Theresia Therése Thi Thielvar Thingbiorn Thingfast Thingger Thingulf Thingvar
Thingvast Thiok Thiudhger Thiudhsten Thiudhulf Thiälvar Thiälve Tholf Thomas Thor Thorald
Thorbern Thorbernus Thorbiorn Thorbärg Thord Thordh Thordher Thordo Thore Thorer Thorfast
Thorfin Thorfridh Thorgardh Thorger Thorgils Thorgisl Thorgny Thorgot Thorgrim Thorgut Thorhvat
Thorirus Thorketil Thorkil Thorlak Thorlef Thormodh Thormund Thorn Thure Tilda Tilde Tim Timo
Tina Tindra Tobias Tom Tomas Tomasz Tommy Toni Tony Tor Tora Torbjörn Tord Tore Torgny Torsten
Tova Tove Tristan Ture Tuulikki Tuva Tyra Ulf Ulla Ulla-Britt Ulrica Ulrik Ulrika Uno Urban
Valborg Valdemar Valentin Valentina Valter Vanessa Vanja Vega Vendela Vera Verner Veronica
Veronika Victor Victoria Vidar Vide Viggo Viking Viktor Viktoria Vilgot Vilhelm Vilhelmina Ville
Vilma Vilmer Vincent Viola Viveka Vivianne Västen Waldemar Walter Werner Wilhelm Wilhelmina
Wille William Willy Wilma Wilmer Wäste Yasmin Ylva Yngve Yousef Yusuf Yvonne Zahra Ägwar Äkä
Äringer Äringisle Ärmund Ärna Ärndis Ärnfast Ärnfrid Ärnfridh Ärnger Ärngun Ärngunna Ärngärdh
Ärnlef Ärnmund Ärnulf Ärnvardh Ärnvast Ärnvi Ärnvidh Äsbjörn Äsborg Äshild Ästrid Ätlitzä Åbiörn
Åge Åke Åsa Åse Ödbjörn Ödborg Ödger Ödgerd Ödgun Ödgärd Ödha Ödhbiorn Ödhborg Ödhe Ödhfridh
Ödhger Ödhgils Ödhgrim Ödhgun Ödhgärdh Ödhhild Ödhild Ödhin Ödhmar Ödhmund Ödhny Ödholf Ödhsten
Ödhulf Ödhvald Ödhvast Ödhvidh Ödis Ödmar Ödmund Ödriiaz Ögge Ögärdh Öiulf Öjulf Ölfva Öllegård
Önd Önder Örian Örien Örik Örjan Östen Östman Övald Övidher Övind
""".split()

LAST = """
Aaberg Aalberg Abbas Abdi Abdullah Aberg Abrahamsson Adelsköld Adolfsson Afzelius Ahl Ahlander
Ahlberg Ahlgren Ahlin Ahlm Ahlqvist Ahlström Ahmad Ahmadi Ahmed Ahrén Albertsson Albinsson
Alexandersson Alfredsson Ali Alm Almgren Almlöf Almqvist Amundson Anderberg Andersen Anderson
Andersson Andreasson Andrén Antonsson Aronsson Arvidsson Asp Aspelund Asplund Augustsson
Axelsson Backlund Backman Backstrom Bengtsson Berg Bergdahl Berggren Bergh Bergius Bergkvist
Berglund Bergman Bergmann Bergquist Bergqvist Bergroth Bergsten Bergstrand Bergstrom Bergström
Bergvall Berndtsson Berntsson Bertilsson Bexell Birgersson Bjorkman Björk Björklund Björkman
Blix Blixt Bloch Blom Blomberg Blomgren Blomkvist Blomquist Blomqvist Blomstedt Boberg Bodin
Bohlin Bohman Bolander Bolin Boman Borg Borgström Boström Brahe Brandt Brate Brink Broberg Brodd
Brodin Brolin Broman Broström Bruun Brännström Bure Burman Bylund Byström Bäck Bäcklund Bäckman
Bäckström Börjesson Carlberg Carlen Carlgren Carlson Carlsson Carlström Casparsson Ceder
Cederblom Cederschiöld Cederström Chen Christensen Claesson Cronholm Dahl Dahlberg Dahlgren
Dahlin Dahlman Dahlquist Dahlqvist Dahlström Dahlén Dalin Danielsson Davidsson Degermark
Drakenberg Dyrssen Edberg Edgren Edin Edling Edlund Edman Edström Edvardsson Edvinsson Egnell
Ehrling Einarsson Ekberg Ekblad Ekbom Ekdahl Ekdal Ekelund Ekenstierna Ekholm Eklund Eklöf Ekman
Ekstrand Ekström Eliasson Elmsäter Elofsson Emanuelsson Emilsson Engberg Engdahl Englund Engman
Engström Engvall Enquist Ericson Ericsson Eriksson Erlandson Erlandsson Ernman Fagerström
Fagerudd Falk Farah Ferm Flink Flodqvist Fogelklou Folkesson Fors Forsberg Forsell Forsgren
Forslund Forsman Forsström Frank Fransson Franzén Fredholm Fredin Fredriksson Friberg Frid Frisk
Fält Fältskog Gabrielsson Gashi Geijer Gentzel Grafström Grahn Granath Granberg Granlund
Granqvist Granström Green Gren Gronberg Grönberg Grönblom Grönlund Gullberg Gunderson Gunnarsson
Gustafson Gustafsson Gustavsson Gyllenhaal Gyllenstierna Gylling Göransson Hagberg Hagelin
Hagerstrom Haglund Hagman Hagström Hall Hallberg Hallgren Hallin Hallnäs Hallström Halvarsson
Hammar Hammarberg Hammarström Hanna Hansdotter Hansen Hansson Haraldsson Harrysson Hasan Hassan
Hedberg Hedin Hedlund Hedman Hedstrom Hedström Heidenstam Helgesson Hellberg Hellgren Hellman
Hellquist Hellqvist Hellsten Hellström Henningsson Henriksson Hermansson Hildebrand Hjalmarsson
Hjelm Hjertsson Hjort Hjortsberg Hjulström Holgersson Holm Holmberg Holmgren Holmlund Holmquist
Holmqvist Holmström Holst Hosseini Hult Hultberg Hultgren Hultman Hurtig Hussein Hylander Hägg
Hägglund Häggström Håkansson Högberg Höglund Högström Ibrahim Igelström Ingvarsson Isaksson
Ismail Israelsson Issa Ivarsson Jacobson Jacobsson Jafari Jakobsson Jansson Jarl Jensen Jeppsson
Jernberg Johannesson Johansen Johansson Johnson Johnsson Jonasson Jonsson Josefsson Juhlin
Järnefelt Jönsson Jörgensen Karlberg Karlsson Karlström Khalil Khan Kinberg Kjellberg Klang
Klasson Kling Knape Knutsson Krantz Kristensson Kristiansson Kristoffersson Kroon Kvist
Källström Lagerfeld Lagerkvist Lagerlöf Landberg Landin Landström Lantz Larsen Larsson Laxman
Leijonhufvud Lennartsson Lestander Levin Lidholm Lidström Lidén Lilja Liljegren Liljeström Lind
Lindahl Lindberg Lindbergh Lindblad Lindblom Linde Lindeberg Lindell Lindelöf Lindeman Linden
Linder Linderoth Lindfors Lindgren Lindh Lindholm Lindkvist Lindman Lindmark Lindquist Lindqvist
Lindroth Lindskog Lindström Lindvall Lindén Liu Ljung Ljungberg Ljungdahl Ljunggren Ljungqvist
Lund Lundberg Lundblad Lundbäck Lundeberg Lundell Lundgren Lundh Lundholm Lundin Lundkvist
Lundmark Lundquist Lundqvist Lundström Löf Löfgren Lönn Lötvall Lövgren Löwenadler Magnuson
Magnusson Malm Malmberg Malmborg Malmgren Malmkvist Malmquist Malmqvist Malmsten Malmstrom
Malmström Marklund Martinsson Mattisson Mattson Mattsson Melander Melin Mikaelsson Moberg Modig
Modin Mohamed Mohammad Mohammadi Mohammed Mohamud Molander Molin Moller Morberg Mustafa
Månsdotter Månsson Mårtensson Möller Mörner Namn Naslund Nguyen Nielsen Niklasson Nilsson
Norberg Nord Nordahl Nordberg Nordgren Nordin Nordlander Nordlund Nordquist Nordqvist Nordstrom
Nordström Nordén Noren Norgren Norin Norlin Norling Norman Norrman Norström Norén Nyberg Nygaard
Nygren Nykvist Nylander Nylund Nylén Nyman Nyquist Nyqvist Nystrom Nyström Näslund Nätterqvist
Odenberg Odhner Ohlin Ohlson Ohlsson Ohly Olander Olausson Olderman Olofsson Olsen Olsson Omar
Oskarsson Osman Ossler Ostlund Ostrom Ottosson Palm Palmcrantz Palmgreen Palmgren Palmquist
Palmqvist Palmstruch Paulsson Pedersen Persson Petersen Petersson Pettersson Pihl Posse Pålsson
Quist Qvist Ragnarsson Rask Rasmussen Rasmusson Regnell Rehn Rehnquist Richardsson Ring
Robertsson Roos Rosell Rosenberg Rosenblad Rosengren Rosenquist Rosenqvist Rosén Roth Rydberg
Rydén Rylander Råberg Rönnlund Rönström Sahlin Said Saleh Salomonsson Samuelsson Sandahl
Sandberg Sandell Sandgren Sandin Sandqvist Sandström Schauman Schmidt Segerström Selander Selin
Simonsson Singh Sjöberg Sjöblom Sjödin Sjögren Sjöholm Sjölander Sjölin Sjölund Sjöstedt
Sjöstrand Sjöström Skarsgård Skiöld Skog Skoglund Skoog Sköld Sköldberg Smith Sohlman Sollander
Sparre Sparv Stahre Stark Steen Stenbeck Stenberg Stenbock Stenlund Stenmark Stenström Sterner
Stiernspetz Storm Strand Strandberg Strid Ström Strömberg Strömstedt Ståhl Sund Sundberg
Sundborg Sundelin Sundell Sundin Sundkvist Sundqvist Sundström Svahn Svanberg Svanström
Svantesson Svedberg Svedin Svens Svensson Svärd Swedberg Syrén Söder Söderberg Södergren
Söderholm Söderlind Söderlund Söderman Söderqvist Söderström Sörensen Sörenstam Tegnér Tegstedt
Thofelt Thor Thoresson Thorén Thulin Thunberg Thunman Tornquist Torstensson Torvalds Tran
Turesson Törnqvist Törnros Uggla Ulf Vallin Vesterlund Vestin Vestman Viberg Viklund Vikström
Vilhelmsson Vingqvist Wahlberg Wahlgren Wahlström Walgren Wall Wallberg Wallenberg Wallgren
Wallin Wallén Wang Weibull Wennberg Wennerberg Werner Wersäll Westberg Wester Westerberg
Westergren Westerlund Westermarck Westermark Westin Westlund Westman Wiberg Wicksell Wickström
Widforss Widlund Widén Wiklund Wikström Wilhelmsson Winberg Winblad Zetterberg Zhang Åberg Ågren
Åhlund Åkerlund Åkerman Åkerström Åkesson Åman Ångström Åsberg Åsbrink Åslund Åström Öberg Ögren
Öhman Öman Östberg Österberg Östling Östlund Östman
""".split()
