"""Finnish names: the lists of Faker 40.63 and mimesis 22.2, both MIT, joined.

docs/dependencies-vendored.md says how they were taken. Which of them are words of the language too
is asked of the word list, not written here.
"""

FIRST = """
Aada Aadolf Aake Aallotar Aamu Aapeli Aapo Aappo Aarne Aarni Aarno Aaro Aaron Aarre Aatami Aato
Aatos Aatto Aatu Aava Ahti Ahto Ahvo Aija Aila Aili Aimo Aina Aini Ainikki Aino Aira Airi Aki
Akseli Aku Alarik Albert Albertiina Ale Aleksandra Aleksanteri Aleksi Aleksis Alex Alexander
Alexandra Alfred Ali Aliina Aliisa Alina Alisa Allan Alli Alma Alpi Alpo Altti Alvar Alvari Alvi
Amalia Amanda Anders Andreas Anelma Anita Anitta Anja Anna Anna-Liisa Anne Annele Anneli Anni
Anniina Annika Annikki Annina Annukka Ano Anselmi Anssi Antero Anton Antti Antto Antton Anttoni
Anu Arhippa Arho Ari Arja Armas Armi Arsi Arto Arttu Arttur Artturi Arvi Arvo Asko Aslak Asmo
Asser Asseri Asta Atro Atso Atte August Aukusti Auli Aulikki Aulis Aune Auno Aura Auroora Aurora
Auvo Benjam Benjamin Bertta Birgitta Carita Christian Christina Daavid Daniel Edvard Eedit Eeli
Eelin Eelis Eemeli Eemil Eerik Eerika Eerikki Eerin Eero Eetu Eeva Eevert Eevertti Eevi Eija
Eila Einari Eine Eini Eino Eira Elena Eleonoora Elia Elias Eliel Eliina Eliisa Eliisabet Elina
Elisa Elisabet Elisabeth Eljas Ella Ellen Elli Elma Elmer Elmeri Elmo Elo Elsa Elsi Elvi Elviira
Emil Emilia Emma Emmi Enni Ensio Eriika Erik Erika Erin Erja Erkki Erkko Ernesti Erno Esa Esaias
Esko Essi Ester Esteri Eveliina Fanni Fiona Gabriel Gideon Hanna Hanne Hannele Hannes Hannu
Harri Heidi Heikki Heimo Heini Heino Heleena Helena Heli Helinä Heljä Helka Hellevi Helli Hellin
Hellä Helmi Helmiina Helvi Hely Hemminki Hemmo Henna Henri Henriikka Henrik Henrikki Henry
Herkko Herman Hermanni Hertta Heta Hilda Hilja Hilkka Hilla Hille Hillevi Hilma Hilppa Hulda
Huugo Ida Iida Iikka Iina Iines Iiris Iiro Iisak Iisakki Iita Iivana Iivari Iivo Ilari Ilkka
Ilma Ilmari Ilmatar Ilmi Ilmo Ilona Ilpo Ilppo Ilta Immanuel Immo Impi Inari Inka Inkeri Into
Irene Irina Irja Irma Irmeli Isabella Isko Ismael Ismo Isto Jaakkima Jaakko Jaakoppi Jaana Jade
Jalmar Jalmari Jalo Jami Jan Janette Jani Janika Janina Janita Janna Janne Jari Jarkko Jarmo
Jarno Jasmiina Jasmin Jasper Jatta Jemina Jenna Jenni Jere Jeremias Jesse Jessika Jimi Joel
Johan Johanna Johannes Joni Jonna Jonne Joona Joonas Joonatan Jooseppi Jori Jorma Josefiina
Jouko Jouni Juha Juhana Juhani Juho Jukka Julia Julius Jussi Justiina Justus Jutta Juulia Juuso
Jyri Jyrki Kaapo Kaappo Kaapro Kaarin Kaarina Kaarle Kaarlo Kai Kaija Kain Kaino Kaisa Kaisla
Kaisu Kalervo Kaleva Kalevi Kalle Kanerva Kare Kari Karita Karl Karoliina Karri Kasper Kasperi
Kata Katariina Kati Katja Katri Katriina Kauko Kauno Keijo Kerttu Kielo Kiia Kiira Kim Kimi
Kimmo Kirsi Kirsi-Marja Kirsti Klaus Klemetti Konsta Konstantin Konstantinus Kosti Kreeta Krista
Kristian Kristiina Kristina Kristo Kuisma Kullervo Kustaa Kustaava Kusti Kylli Kyllikki Kyösti
Lahja Laila Laimi Laina Lari Lasse Lassi Laura Lauri Lea Leea Leena Leevi Leila Lemmikki
Lemmitty Lempi Lennart Lenni Leo Liina Liisa Liisi Lilja Lilli Linda Linnea Linus Lotta Loviisa
Luka Lumi Lumikki Luukas Lyydi Lyydia Lyyli Lyyti Maaret Maaria Maarit Maija Maiju Maikki Maila
Mailis Maire Malla Manne Manu Mara Margareeta Margareetta Margareta Margit Mari Maria Marianna
Marianne Mariia Mariitta Marika Marita Maritta Marja Marja-Leena Marja-Liisa Marja-Terttu
Marjaana Marjatta Marjo Marjukka Marjut Marketta Markku Marko Markus Marleena Martta Martti
Mataleena Matias Matilda Matleena Matteus Matti Mattias Mauno Maunu Mauri Meeri Meri Merita
Merja Mervi Mette Mia Mielikki Miia Miika Miikka Miina Miisa Mika Mikael Mikaela Mikko Miko Mila
Milja Milka Milla Mimmi Mimosa Minea Minja Minna Minttu Mira Mirja Mirjam Mirjami Mirka Mirkku
Miro Mirva Miska Moona Mooses Naemi Naima Naimi Nana Natanael Nea Neea Nelli Nestori Netta Niilo
Niina Niklas Niko Nikolai Nina Nooa Noomi Noora Nuutti Nyyrikki Ohto Oili Oiva Olavi Olga Oliver
Olivia Olli Onerva Onni Oona Orvo Orvokki Oskar Oskari Osmo Ossi Ossian Otso Otto Outi Paavali
Paavo Panu Pasi Patrik Paul Paula Pauli Pauliina Pekka Pekko Pellervo Pentti Peppi Pertti Perttu
Peter Petra Petri Petteri Pia Pietari Pihla Piia Pilvi Pinja Pirita Piritta Pirjo Pirkka Pirkko
Pulmu Pyry Päivi Päivikki Päiviö Raakel Rafael Raija Raila Raili Raimo Raine Rainer Raino Raisa
Raita Raitis Ralf Rami Rasmus Rauha Rauli Rauna Rauni Rauno Rebekka Reeta Reetta Reija Reijo
Reima Reino Riika Riikka Riina Riitta Riku Risto Ritva Robert Roni Ronja Roope Roosa Ruuben Ruut
Saana Saara Saija Saila Saima Saimi Saini Sakari Sakarias Saku Salla Salli Salme Salomo Salomon
Sami Sampo Sampsa Samu Samuel Samuli Sanelma Sanna Sanni Santeri Santtu Sara Sari Sarita Sasu
Satu Sauli Sebastian Seem Seet Seidi Seija Selja Selma Senja Senni Seppo Serafiina Severi Siimon
Siina Siiri Silja Simeoni Simo Sini Sinikka Sirkka Sirkku Sirpa Sisko Siviä Sofia Sohvi Soila
Soile Soili Soilikki Soini Sointu Sonja Stiina Sulevi Sulo Suoma Suometar Susanna Suvi Suvi-Anne
Sylvi Sylvia Säde Taava Taavetti Taavi Taija Taimi Taina Taisto Taito Talvikki Taneli Tanja
Tapani Tapio Tarja Tarmo Taru Tarvo Tatu Tauno Tea Teemu Teija Teijo Tekla Tellervo Tenho Teppo
Terhi Terhikki Terho Tero Terttu Teuvo Tiia Tiina Tiitus Tilda Timi Timo Titta Toimi Toini Toivo
Tomi Tommi Toni Topi Topias Torsti Totti Touko Tuija Tuire Tuomas Tuomo Tuovi Tuukka Tuula Tuuli
Tuulia Tuulikki Tuure Tytti Tyyne Tyyni Ukko Uljas Ulla Unelma Untamo Unto Uolevi Uoti Urho
Urmas Urpo Urpu Ursula Usko Uuno Valde Valdemar Valma Valpuri Valto Valtter Valtteri Vanamo
Vappu Varma Varpu Veera Veeti Veijo Veikka Veikko Veli Veli-Matti Vellamo Venla Verna Verneri
Vesa Vieno Vihtori Viivi Vilhelm Vilhelmi Vilhelmiina Vilho Vili Vilja Viljam Viljami Viljo
Ville Villiam Vilma Vilppu Viola Virpi Virva Virve Vuokko Väinämö Väinö Waltteri Wilhelmiina
Ylermi Yrjänä Yrjö
""".split()

LAST = """
Aalto Aaltonen Aho Ahokas Ahola Ahonen Ahtisaari Airaksinen Aittoniemi Alamäki Alanen Alanko
Alatalo Alho Andersson Annala Antikainen Anttila Anttonen Aravirta Aro Arola Asikainen Autio
Auvinen Backman Berg Blomqvist Eerola Eklund Elo Eloranta Eriksson Erkkilä Erkko Eronen Ervasti
Eskelinen Eskola Forsman Grönroos Gustafsson Haapala Haapalainen Haapanen Haapaniemi Haataja
Haavisto Hakala Hakkarainen Hakulinen Halme Halonen Hannula Hanski Harju Harjula Harkimo Harri
Hartikainen Hassinen Hautala Hautamäki Haverinen Heikkilä Heikkinen Heino Heinola Heinonen
Heinänen Heiskanen Helenius Helin Helminen Hemilä Henriksson Hietala Hietanen Hiltunen
Hirvensalo Hirvonen Hokkanen Holappa Holkeri Hollo Holm Holmberg Holmström Holopainen Honkala
Honkanen Huhtala Huhtamäki Huotari Huovinen Hurme Huttu-Juntunen Huttunen Huuskonen Hynninen
Hynynen Hyttinen Hytönen Hyvärinen Hyvönen Hyytiäinen Häkkinen Häkämies Hämäläinen Hänninen
Härkönen Härmälä Ignatius Ihalainen Iivonen Ikonen Ilves Immonen Inha Isometsä Isotalo Itkonen
Itälä Jaakkola Jaakola Jaatinen Jalkanen Jalonen Janhunen Jansson Jantunen Jauhiainen Joensuu
Johansson Jokela Jokelainen Jokinen Joutsen Juhola Junnila Junttila Juntunen Jussila Jussilainen
Juvonen Jämsä Jäntti Järvelä Järveläinen Järvenpää Järvi Järvinen Jääskeläinen Kaikkonen Kaila
Kainulainen Kajaani Kallela Kallio Kalliomäki Kanerva Kangas Kangasniemi Kankaanpää Kankkunen
Kantola Kapanen Kare Karhu Karhunen Kari Karjala Karjalainen Karlsson Karppinen Karttunen
Karvinen Karvonen Kauhanen Kauko Kauppi Kauppila Kauppinen Keinänen Kekkonen Kemppainen Keränen
Keskinen Keskitalo Ketola Kettunen Kiljunen Kilpeläinen Kilpiäinen Kilponen Kimmo Kinnunen Kiuru
Kivelä Kivi Kivimäki Kivinen Kiviniemi Kivistö Klemetti Knuutila Kohonen Koistinen Koivisto
Koivu Koivula Koivunen Koivuniemi Kokko Kokkola Kokkonen Kolehmainen Kolkka Komulainen
Kontiainen Konttinen Koponen Korhonen Korjus Korpela Korpi Kortelainen Koskela Koski Koskinen
Kosonen Kotilainen Kotka Kovanen Kuisma Kuitunen Kujala Kukkonen Kulmala Kummola Kumpulainen
Kuoppala Kuosmanen Kurki Kuronen Kuusela Kuusisto Kyllönen Kähkönen Kämäräinen Kärki Kärkkäinen
Kärppä Kääriäinen Laakkonen Laakso Laaksonen Lahtela Lahti Lahtinen Laiho Laine Laitila Laitinen
Lajunen Lammi Lampinen Lankinen Lappalainen Lappi Lassila Latvala Laukkanen Laurila Lehikoinen
Lehti Lehtimäki Lehtinen Lehto Lehtola Lehtonen Leino Leinonen Lepistö Leppälä Leppänen Leskinen
Liikanen Liimatainen Lilja Lindberg Lindfors Lindgren Lindholm Lindqvist Lindroos Lindström
Linna Lipponen Litmanen Liukka Liukkonen Luoma Luukkonen Lähteenmäki Löppönen Madetoja Maijala
Makkonen Malinen Mannerheim Manninen Markkanen Markkula Martikainen Marttila Marttinen
Matikainen Matilainen Mattila Mattsson Maunu Meri Meriläinen Miettinen Mikkola Mikkonen Moilanen
Moisio Mononen Muhonen Murtovaara Mustonen Muurinen Myllylä Myllymäki Myllyniemi Myllys Mäenpää
Mäkelä Mäkeläinen Mäki Mäkilä Mäkinen Mäkitalo Männistö Mäntylä Määttä Mönkkönen Mönkäre
Mörttinen Möttölä Nenonen Nevala Nevalainen Niemelä Niemi Nieminen Niinistö Niiranen Nikkilä
Nikula Niskala Niskanen Nissinen Nousiainen Nummela Nurmi Nurminen Nuutinen Nyberg Nykänen
Nylund Nyman Oikarinen Oinonen Oiva Oivio Ojala Ojanen Oksanen Olli Ollikainen Ollila Paananen
Paasilinna Paasio Paatelainen Paavilainen Paavola Pajunen Pakarinen Palander Palo Palomäki
Parantainen Parkkinen Partanen Parviainen Pasanen Pehkonen Pekkala Pekkanen Pekkarinen Pelkonen
Peltola Peltonen Peltoniemi Pennanen Pentti Penttilä Penttinen Perttula Perälä Pesonen Pietarila
Pietarinen Pietilä Pihkala Piirainen Pirhonen Pirinen Pitkänen Pohjola Posti Poutiainen
Prinkkala Puhakka Pukki Pulkkinen Pulliainen Puranen Puurunen Puustinen Pärssinen Pääkkönen
Päätalo Pöllänen Raatikainen Rahkonen Raita Rajala Ranta Rantala Rantanen Ratilainen Rauhala
Rautamaa Rautiainen Rautio Rehn Reijonen Reinikainen Rekola Repo Riihimäki Riikonen Rinne
Rintala Rissanen Ronkainen Rossi Ruohonen Ruotsalainen Ruuskanen Rytkönen Ryynänen Räikkönen
Räisänen Räsänen Räty Rönkkö Saarela Saarelainen Saari Saarijärvi Saarinen Saastamoinen Sainio
Sallinen Salmela Salmi Salminen Salo Salomaa Salonen Sariola Sasi Savela Savolainen Selänne
Seppä Seppälä Seppänen Sibelius Siekkinen Sihvonen Siimes Siitonen Siivonen Sillanpää Siltala
Siltanen Silvennoinen Simola Simonen Sipilä Sirkka Sirviö Sirén Sjöblom Soini Soininen
Somerkoski Sonninen Soro Suhonen Sundqvist Suojanen Suolahti Suomala Suomalainen Suomi Suominen
Sutela Sutinen Syrjälä Tainio Taipale Taivalkoski Takala Tammi Tamminen Tanner Tanskanen Tapio
Tarvainen Taskinen Terho Tervo Tiainen Tiihonen Tiilikainen Tiitinen Tikka Tikkanen Timonen
Tirkkonen Toivanen Toivonen Tolonen Tolvanen Torvinen Toskala Tuomaala Tuomainen Tuomela Tuomi
Tuominen Tuomioja Tuomisto Tuomola Tuovinen Turpeinen Turtiainen Turunen Tähtinen Ukkonen Uljas
Uosukainen Uotila Urpilainen Uusitalo Vainio Valkama Valkonen Valtonen Vanhanen Vanhatalo Varis
Varma Varonen Vartiainen Vasara Vennamo Venäläinen Vepsäläinen Vesa Vesterinen Viinanen Viitala
Viitanen Viljanen Vilppula Virolainen Virta Virtanen Voutilainen Vuorela Vuori Vuorinen Väistö
Väisänen Välimaa Välimäki Väyrynen Väänänen Waris Wirtanen Ylinen Ylitalo Ylönen Yrjölä
""".split()
