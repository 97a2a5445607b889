"""Names for held-out sentences: from faker-js 10.6 (MIT), a source that the product does not know,
and ten of each by hand that are rarer than any list.

About half of the English ones stand on no list of the product; nearly all others of faker-js do.
"""

NAMES = {
    "fi": (
        """
Aino Anja Anna Anne Anneli Annikki Eeva Elina Elisabet Emilia Eveliina Hanna Hannele Helena
Inkeri Irmeli Johanna Kaarina Karoliina Katariina Kristiina Kyllikki Laura Leena Liisa Maarit
Maija Mari Maria Marika Marja Marjatta Minna Orvokki Pauliina Pirjo Pirkko Päivi Riitta Ritva
Sari Satu Sinikka Sofia Susanna Tarja Tellervo Tiina Tuula Tuulikki Aleksi Antero Antti Ari Eero
Ensio Erik Erkki Hannu Heikki Henrik Ilmari Jaakko Janne Jari Johannes Juha Juhani Juho Jukka
Kalervo Kalevi Kari Kristian Lauri Markku Marko Markus Martti Matias Matti Mika Mikael Mikko
Olavi Oskari Pekka Pentti Petri Petteri Sakari Sami Seppo Tapani Tapio Timo Tuomas Valtteri
Veikko Ville Yrjänä Sointu Wilhelmiina Kaarle Tuisku Ronja Eevert Minttu Oiva Pilvi
""".split(),
        """
Aaltonen Ahonen Anttila Hakala Heikkilä Heikkinen Heinonen Hiltunen Hirvonen Hämäläinen Jokinen
Järvinen Kallio Karjalainen Kinnunen Koivisto Korhonen Koskinen Laakso Laaksonen Lahtinen Laine
Laitinen Lehtinen Lehto Lehtonen Leinonen Leppänen Manninen Mattila Miettinen Mustonen Mäkelä
Mäkinen Niemi Nieminen Ojala Pitkänen Rantanen Räsänen Saarinen Salminen Salo Salonen Savolainen
Toivonen Tuominen Turunen Virtanen Väisänen Pyhälahti Kettukangas Ruokolainen Hyttinen Pöysti
Kurkivuori Taskila Vaittinen Puumalainen Ylä-Outinen
""".split(),
    ),
    "sv": (
        """
Agnes Agneta Alexandra Alice Alva Amanda Anette Anita Ann Ann-Christin Ann-Marie Anna Anneli
Annika Astrid Barbro Berit Birgitta Britt Britt-Marie Camilla Carina Caroline Cecilia Charlotte
Ebba Elin Elisabeth Ella Ellen Elsa Emelie Emilia Emma Erika Eva Felicia Frida Gun Gunilla
Gunnel Hanna Helen Helena Ida Inger Ingrid Isabelle Jenny Jessica Johanna Josefin Julia Karin
Karolina Katarina Kerstin Klara Kristina Lena Lina Linda Linn Linnéa Lisa Lisbeth Louise Lovisa
Madeleine Maja Malin Margareta Maria Marianne Marie Matilda Mikaela Moa Mona Monica Nathalie
Nina Olivia Pernilla Pia Rebecca Sandra Sara Siv Sofia Sofie Sonja Susanne Therese Ulla Ulrika
Viktoria Wilma Yvonne Åsa Adam Albin Alexander Ali Anders Andreas Anton Arvid Axel Bengt Björn
Christer Christian Christoffer Claes Daniel David Dennis Edvin Elias Emil Erik Felix Filip
Fredrik Gabriel Gunnar Gustav Göran Hans Henrik Hugo Håkan Isak Jakob Jan Jesper Jimmy Joakim
Joel Johan John Johnny Jonas Jonathan Josef Jörgen Karl Kenneth Kent Kevin Kjell Kurt Lars Leif
Lennart Leo Liam Linus Lucas Ludvig Magnus Marcus Martin Mats Mattias Max Mikael Mohamed Niklas
Nils Oliver Olle Olof Oskar Patrik Per Peter Pontus Rasmus Rickard Robert Robin Roger Rolf
Samuel Sebastian Simon Stefan Stig Sven Thomas Tobias Tommy Torbjörn Ulf Viktor William Åke
Tindra Sixten Ebbe Signhild Ottar Malva Folke Tove Torsten Vera
""".split(),
        """
Abrahamsson Ahmed Ali Andersson Andreasson Arvidsson Axelsson Bengtsson Berg Berggren Berglund
Bergman Bergqvist Bergström Björk Björklund Blom Blomqvist Claesson Dahl Dahlberg Danielsson
Eklund Ekström Eliasson Engström Eriksson Falk Forsberg Fransson Fredriksson Gunnarsson
Gustafsson Hansen Hansson Hassan Hedlund Hellström Henriksson Hermansson Holm Holmberg Holmgren
Holmqvist Håkansson Isaksson Jakobsson Jansson Johansson Jonsson Jönsson Karlsson Larsson Lind
Lindberg Lindgren Lindholm Lindqvist Lindström Lund Lundberg Lundgren Lundin Lundqvist Lundström
Löfgren Magnusson Martinsson Mattsson Mohamed Månsson Mårtensson Nilsson Norberg Nordin
Nordström Nyberg Nyström Olofsson Olsson Persson Pettersson Pålsson Samuelsson Sandberg
Sandström Sjöberg Sjögren Ström Strömberg Sundberg Svensson Söderberg Viklund Wallin Wikström
Åberg Åkesson Öberg Nordenskär Kullander Rosenlöv Hägerstrand Tornudd Wickholm Lindroos
Söderback Grönvik Ekholm
""".split(),
    ),
    "en": (
        """
Abagail Alan Alanna Albertha Ali Alivia Amaya Amy Anderson Antwan Anya Ara Ardella Aubrey Axel
Barney Belinda Bennie Birdie Blaze Brandon Brionna Buster Cade Candelario Carey Carley Cecilia
Christine Cordelia Dannie Daphney Darren Darrick Debra Dejah Deven Donato Doris Dustin Easter
Edythe Elbert Elinore Elisabeth Elroy Emanuel Enola Eric Erin Estrella Ethelyn Ethyl Evangeline
Francis Georgianna Gerda Gilberto Gisselle Gregg Halie Helen Hellen Helmer Hobart Ian Iliana
Ines Isaac Ivory Jacques Jaiden Jamal Jaylen Jerry Jesus Joelle Jon Jonathan Josh Jovan Kaley
Kallie Karla Karlee Karlie Kasey Kassandra Kattie Kayla Kirsten Larry Lavon Leatha Lenny
Leonardo Leonie Lizeth Lucinda Lydia Macey Mae Maegan Makenna Malinda Marcelle Margaretta Mariah
Mariane Melany Merle Miracle Modesta Mona Monty Myrtice Myrtis Nick Noel Norval Ofelia Oleta
Osbaldo Otilia Palma Paula Peggie Philip Queen Quentin Rae Randall Regan Ressie Rogers Roma
Roman Rosalie Roxane Ryleigh Scarlett Scotty Sidney Steven Stuart Susie Sylvia Talon Tara Toby
Toney Tonya Tyrel Vada Virgil Weldon Xavier Yazmin Zakary Zane
""".split(),
        """
Anderson Barton Bashirian Beier Bergnaum Bernhard Bogan Boyer Buckridge Cartwright Connelly
Conroy Cremin Crona Cronin Crooks Deckow Denesik Dibbert Dickens Dietrich Donnelly Emmerich
Farrell Goodwin Green Gulgowski Gusikowski Haag Hackett Haley Hamill Hammes Hartmann Hegmann
Hermann Hickle Hills Hilpert Hirthe Hoeger Homenick Howell Huel Huels Hyatt Jakubowski Jenkins
Kessler Kilback Kirlin Kling Koch Kozey Kuhn Kunde Labadie Langosh Larkin Leannon Lebsack Legros
Lehner Lesch Leuschke Littel Little Lockman MacGyver Maggio Mante Mayer Mayert Mertz Mohr Moore
Murray Nienow Pfannerstill Powlowski Predovic Purdy Rath Rau Raynor Reynolds Ritchie Robel
Roberts Rowe Ruecker Runolfsson Sanford Schamberger Schneider Schoen Schowalter Schroeder Smith
Stark Stehr Stoltenberg Streich Stroman Strosin Thiel Tillman Tromp Turner VonRueden Walker
Walter Ward Wehner Weissnat Welch West Willms Wyman Zulauf
""".split(),
    ),
}
"""First and last names by language."""
