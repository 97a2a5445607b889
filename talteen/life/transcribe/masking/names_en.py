"""English names: the lists of Faker 40.63 and mimesis 22.2, both MIT, joined.

docs/dependencies-vendored.md says how they were taken. Which of them are words of the language too
is asked of the word list, not written here.
"""

FIRST = """
Aaron Abbie Abdul Abe Abel Abigail Abraham Abram Adah Adalberto Adaline Adam Adan Adelle Adena
Adolfo Adolph Adrian Adriana Adrien Adriene Adrienne Afton Agnus Agripina Agueda Agustin Aide
Aiko Ailene Aimee Aja Akiko Akilah Alaine Alan Alane Alayna Albert Albertina Albertine Alberto
Alden Aldo Alease Alec Aleen Aleida Aleisha Alejandra Alejandrina Alejandro Aleshia Alessandra
Alethea Alethia Alex Alexa Alexander Alexandra Alexandria Alexis Alfonso Alfonzo Alfred Alfredia
Alfredo Ali Alia Alica Alice Alicia Alise Alisha Alishia Alisia Alison Alita Alix Aliza Alla
Allan Alleen Allegra Allen Allena Alline Allison Allyn Almeta Alona Alonso Alonzo Alphonse
Alphonso Altha Alton Alva Alvaro Alvera Alverta Alvin Alysa Alyse Alysha Alyssa Amado Amal
Amanda Amber Amberly Ambrose Amee Amelia Amiee Amina Amira Ammie Amos Amy Ana Analisa Anamaria
Anastacia Andera Anderson Andre Andrea Andreas Andree Andres Andrew Andy Anette Angel Angela
Angele Angelena Angeles Angelic Angelica Angelika Angelo Angelyn Angie Angila Angla Angle Anibal
Anika Anisa Anisha Anita Anja Anjanette Anjelica Ann Anna Annabell Annalee Annalisa Annamae
Annamaria Anne Anneliese Annelle Annett Annette Annice Annika Annis Annita Anthony Antione
Antoine Anton Antone Antonetta Antonia Antonietta Antonina Antonio Antony Antwan Anya Apolonia
April Apryl Ara Aracelis Arcelia Archie Ardath Ardelia Ardell Ardella Ardelle Arden Argelia
Argentina Ariana Ariane Arianna Arianne Arica Arie Ariel Arla Arlean Arlen Arlena Arletha
Arletta Arlette Arlie Arlinda Arlyne Armand Armanda Armandina Armando Arminda Arnetta Arnette
Arnita Arnold Arnoldo Arnulfo Aron Arron Art Arthur Arturo Arvilla Asa Ashanti Ashlea Ashlee
Ashleigh Ashley Ashli Ashlyn Asley Assunta Asuncion Aubrey Audie Audrea Audrey Audria Audrie
August Augustina Augustine Augustus Aundrea Aurelio Aurore Austin Autumn Avelina Avery Avril
Ayako Ayana Ayanna Ayesha Azalee Azucena Azzie Babara Babette Bailey Bao Barabara Barbar Barbara
Barbera Barbie Bari Barney Barrett Barrie Barry Bart Barton Basil Basilia Beata Beatris Beau
Beaulah Bebe Becki Beckie Becky Bee Belia Belinda Belkis Bell Ben Benedict Benito Benjamin
Bennett Bennie Benny Benton Berenice Berna Bernard Bernarda Bernardina Bernardine Bernardo
Berneice Bernetta Bernie Berry Bert Bertram Beth Bethan Bethanie Bethann Bethany Bethel Betsey
Betty Bettyann Beula Bev Beverlee Beverley Beverly Bianca Bibi Bill Billi Billie Billy Billye
Birgit Blaine Blair Blake Blondell Blossom Blythe Bob Bobbie Bobby Bobbye Bobette Bok Bong
Bonnie Booker Boris Boyce Boyd Brad Bradford Bradley Bradly Brady Brain Branda Brande Branden
Brandi Brandon Brandy Brant Breana Breann Breanna Bree Brenda Brendan Brendon Brent Brenton Bret
Brett Brian Briana Brianna Brice Bridget Brigid Brigida Brinda Britany Britni Britt Britta
Brittaney Brittanie Brittany Britteny Brittney Brittni Brittny Brock Broderick Bronwyn Brooke
Brooks Bruce Bruna Brunilda Bruno Bryan Bryanna Bryant Bryce Brynn Bryon Buck Bud Buddy Buena
Buffy Buford Bula Bulah Bunny Burl Burma Burt Burton Buster Byron Caitlin Caitlyn Calandra Caleb
Calista Callum Calvin Camelia Camellia Cameron Camie Camila Cammie Cammy Candace Candice Candie
Candra Candyce Caprice Carey Carie Carisa Carita Carl Carla Carlee Carlena Carletta Carley Carli
Carlie Carline Carlita Carlo Carlos Carlton Carly Carlyn Carmelia Carmelina Carmelo Carmen
Carmina Carmine Carmon Carol Carola Carole Carolin Caroline Caroll Carolyn Carolyne Carolynn
Caron Caroyln Carrie Carrol Carroll Carry Carson Carter Cary Carylon Casey Casie Casimira
Cassandra Cassaundra Cassey Cassi Cassidy Cassie Cassondra Cassy Catarina Caterina Catherin
Catherina Catherine Cathern Catheryn Cathey Cathy Catrice Cayla Cecil Cecila Cecille Cedric
Cedrick Celena Celesta Celestina Celinda Celine Celsa Ceola Cesar Chad Chadwick Chae Chan Chance
Chanell Chanelle Chang Chantay Chante Chantell Chara Charis Charise Charita Charlena Charlene
Charles Charlesetta Charley Charlie Charlott Charlotte Charlsie Charlyn Charmain Chas Chase
Chasidy Chassidy Chau Chauncey Chaya Chelsea Chelsey Cher Chere Cheree Cherelle Cherilyn Cherish
Cherlyn Cherryl Chery Cheryl Cheryll Chester Chet Cheyenne Chi Chia Chieko Chin China Ching
Chloe Chong Chris Christeen Christena Christene Christia Christian Christie Christina Christine
Christinia Christoper Christopher Christy Chu Chuck Chun Chung Cicely Ciera Cinderella Cindie
Cindy Cira Clair Claire Clare Clarence Claretha Claretta Claribel Clarinda Clarine Claris
Clarisa Clarita Clark Classie Claud Claude Claudia Claudie Claudio Clay Clayton Clelia Clemencia
Clement Clemente Clementina Clemmie Cleo Cleopatra Cleora Cleotilde Cletus Cleveland Cliff
Clifford Clifton Clint Clinton Clive Clora Clorinda Clotilde Clyde Codi Cody Colby Cole Coleman
Colene Coletta Colin Colleen Collen Collene Collin Colton Columbus Conception Concha Conchita
Connie Connor Conor Conrad Consuela Contessa Coralee Coralie Corazon Cordell Cordia Cordie
Coreen Coretta Corey Corie Corliss Cornelius Cornell Corrin Corrinne Cortez Cory Courtney Coy
Craig Creola Cris Criselda Crissy Crista Cristen Cristian Cristie Cristin Cristina Cristobal
Cristopher Cruz Crysta Crystal Crystle Cuc Curt Curtis Cyndy Cynthia Cyril Cyrstal Cyrus Cythia
Dacia Dagmar Dagny Dahlia Daina Daine Daisey Daisy Dakota Dale Dalene Dalila Dallas Dalton
Damian Damien Damion Damon Dan Dana Danae Dane Dani Dania Danial Daniel Daniele Daniell Danielle
Danika Danille Danilo Dann Dannette Dannie Dannielle Danny Dante Danuta Danyel Danyell Danyelle
Daphine Darby Darcel Darcey Darell Daren Darin Dario Darius Darlena Darlene Darnell Daron Darrel
Darrell Darren Darrick Darrin Darron Darryl Darwin Daryl Dave David Davis Dawn Dawne Dayle Daysi
Deadra Dean Deandra Deandre Deandrea Deane Deangelo Deanna Debbi Debbie Debbra Debera Deborah
Debra Debroah Declan Dede Dee Deeann Deeanna Deedee Deedra Deetta Deja Del Delaine Delana
Delbert Delcie Delena Delicia Delila Delinda Delisa Dell Delmar Delmer Delmy Deloise Delora
Deloras Delorse Delpha Delsie Delta Demarcus Demetrice Demetrius Denae Denese Denis Denise
Denisha Denisse Denita Dennis Dennise Denny Denver Denyse Deon Deonna Derek Derick Derrick
Deshawn Desirae Desire Desiree Desmond Despina Destiny Detra Devin Devon Devona Devora Devorah
Dewayne Dewey Dewitt Dexter Dia Diamond Diana Diane Dick Diedra Diedre Diego Dierdre Digna
Dillon Dimple Dino Dinorah Dion Dione Dionna Dirk Divina Dodie Doloris Domenic Domenica Domingo
Dominic Dominica Dominick Dominique Dominque Domitila Domonique Don Donald Donella Donetta
Donette Dong Donn Donna Donnell Donnetta Donnette Donnie Donny Donovan Donte Donya Dorathy
Doreatha Dorethea Doretta Doria Dorian Dorie Dorine Doris Dorla Dorotha Dorothy Dorsey Dorthey
Dot Dotty Doug Douglas Douglass Doyle Dreama Drema Drew Drucilla Drusilla Duane Dudley Dulcie
Duncan Dung Dusti Dustin Dusty Dwain Dwana Dwayne Dwight Dyan Dylan Earl Earle Earlean Earleen
Earlie Earnest Ebonie Ebony Echo Edda Eddie Eddy Edelmira Edgar Edgardo Edison Edmond Edmund
Edmundo Edra Edris Eduardo Edward Edwardo Edwin Edyth Efrain Efren Ehtel Eileen Eilene Ela
Eladia Elaine Elane Elanor Elayne Elbert Elden Eldon Eldridge Eleanor Eleanora Elease Elene
Eleni Elenora Elenore Eleonor Eleonora Eleonore Elfreda Elfrieda Eli Eliana Elias Elicia Elidia
Elijah Elin Elina Elinore Elisa Elisabeth Eliseo Elisha Eliz Elizabet Elizabeth Elizbeth Elke
Ellamae Ellan Ellen Ellena Elli Ellie Elliot Elliott Ellis Ellsworth Elly Ellyn Elmer Elmo
Elodia Elois Eloy Elroy Else Elsy Elton Elvie Elvin Elvina Elvis Elwanda Elwood Elza Ema Emanuel
Emelda Emelia Emelina Emeline Emely Emerald Emerita Emerson Emery Emiko Emil Emile Emilee Emilio
Emily Emma Emmaline Emmanuel Emmett Emmie Emmitt Emmy Emory Enda Eneida Enoch Enola Enrique
Epifania Erasmo Eric Erica Erich Erick Erik Erika Erin Erinn Erlene Erline Ermelinda Erminia
Ernest Ernesto Ernie Errol Ervin Erwin Eryn Esta Esteban Estefana Estell Etha Ethan Ethelene
Ethyl Etsuko Ettie Eufemia Eugena Eugene Eugenie Eugenio Eulah Euna Eura Eusebia Eusebio
Eustolia Evan Evelin Evelina Eveline Evelyn Evelyne Evelynn Everett Everette Evia Evita Ewa Exie
Ezekiel Ezequiel Ezra Fabian Fae Fairy Faith Fallon Farah Fatimah Faustina Faustino Fausto
Faviola Federico Felicia Felicidad Felipe Felisa Felix Felton Ferdinand Fermin Fermina Fernanda
Fernande Fernando Fidel Fidela Fidelia Filiberto Fiona Flavia Fleta Fletcher Flo Florance
Florencia Florencio Florentina Florentino Floretta Floria Florinda Florrie Floyd Forest Forrest
Foster France Francene Frances Francesca Francesco Franchesca Francie Francina Francis Francisco
Francoise Frank Frankie Franklin Franklyn Fransisca Fred Fredda Freddie Freddy Frederic
Frederica Frederick Fredericka Fredia Fredric Fredrick Fredricka Freeda Freeman Frida Fritz
Fumiko Gabriel Gabriela Gabriele Gabriella Gabrielle Gail Gala Gale Galen Galina Gareth Garfield
Garland Garnett Garret Garrett Garry Garth Gary Gaston Gavin Gayle Gaylene Gaylord Gaynelle
Gearldine Gema Gemma Genaro Gene Genesis Genevie Genevive Genia Genie Genna Gennie Genny
Geoffrey Georgann George Georgeann Georgeanna Georgene Georgetta Georgia Georgiann Georgianne
Georgina Georgine Gerald Geraldine Geraldo Gerard Gerardo German Gerry Gertha Gertrud Gertrudis
Gertude Ghislaine Gia Gianna Gidget Gigi Gil Gilbert Gilberte Gilberto Gillian Gilma Gina
Ginette Gino Giovanni Gita Giuseppe Giuseppina Glady Glayds Glen Glenda Glendora Glenn Glennie
Glennis Glinda Gloria Glynda Glynis Golden Gonzalo Gordon Grace Gracia Grady Graeme Graham Graig
Grant Granville Grayce Grazyna Greg Gregg Gregorio Gregory Gretta Gricelda Grisel Grover
Guadalupe Gudrun Guillermo Gus Gustavo Guy Gwenda Gwendolyn Gwenn Gwyn Gwyneth Hae Hai Hailey
Hal Haley Halina Halley Han Hana Hang Hanh Hank Hannah Hannelore Hans Harlan Harland Harley
Harmony Harold Harriet Harris Harrison Harry Harvey Hassan Hassie Hayden Hayley Haywood Hazel
Heath Heather Hector Hedy Hee Heide Heidi Heidy Heike Helaine Helen Henriette Henry Herb Herbert
Heriberto Herma Herman Hermila Hermina Hermine Herschel Hershel Herta Hertha Hiedi Hien Hilaria
Hilario Hilary Hilde Hildegarde Hildred Hilma Hilton Hipolito Hiram Hiroko Hisako Hobert Holley
Hollie Hollis Holly Homer Honey Hong Horace Horacio Hosea Houston Howard Hoyt Hsiu Hubert Hue
Huey Hugh Hugo Humberto Hung Hunter Huong Hwa Hyacinth Hye Hyman Hyo Hyon Hyun Iain Ian Idell
Iesha Ignacia Ignacio Ike Ilana Ilda Ileen Illa Iluminada Indira Inell Inger Inocencia Ira
Iraida Irene Irina Irish Irmgard Irvin Irving Irwin Isa Isaac Isabel Isabella Isadora Isaiah
Isaias Isaura Isela Isiah Isidra Isidro Isis Ismael Isobel Israel Isreal Issac Ivan Ivana
Ivelisse Ivey Ivory Izetta Izola Jacelyn Jacinda Jacinto Jack Jackeline Jackelyn Jacki Jackie
Jackqueline Jackson Jaclyn Jacob Jacqualine Jacqueline Jacquelyne Jacquelynn Jacques Jacquetta
Jacqui Jacquie Jacquiline Jacqulyn Jade Jadwiga Jae Jaime Jaimee Jake Jaleesa Jalisa Jama Jamaal
Jamal Jamar Jame Jamee Jamel James Jamey Jamie Jamika Jamison Jan Janae Janay Jane Janean Janee
Janella Janene Janessa Janet Janeth Janett Janetta Jani Janice Janiece Janise Janita Jann Jannet
January Janyce Jaquelyn Jared Jarod Jarred Jarrett Jarrod Jarvis Jasmin Jasmine Jason Jasper
Javier Jay Jaye Jaymie Jayna Jayne Jayson Jazmine Jean Jeanelle Jeanene Jeanett Jeanette Jeanice
Jeanmarie Jeanne Jeannetta Jed Jeff Jefferey Jefferson Jeffery Jeffie Jeffrey Jeffry Jemma Jen
Jenae Jene Jenee Jenell Jenette Jeneva Jeni Jenice Jenine Jenise Jenna Jennefer Jennell Jennifer
Jennine Jenny Jerald Jeramy Jere Jeremiah Jeremy Jerica Jerlene Jermaine Jerold Jerome Jeromy
Jerrell Jerrica Jerrod Jerrold Jerry Jesenia Jess Jesse Jessenia Jessi Jessia Jessica Jessie
Jessika Jestine Jesus Jesusa Jesusita Jetta Jewel Jewell Jill Jillian Jim Jimmie Jimmy Jin Jina
Jinny Joan Joana Joane Joann Joanna Joanne Joannie Joaquin Joaquina Jocelyn Jodee Jodi Jodie
Jody Joe Joeann Joel Joella Joesph Joette Joey Johana Johanne John Johna Johnathan Johnathon
Johnette Johnie Johnnie Johnny Johnsie Johnson Joi Joie Jolanda Jolie Joline Jolyn Jon Jona
Jonah Jonas Jonathan Jonathon Jone Jonell Jonelle Jong Jonie Jordan Jordon Jorge Jose Josef
Josefine Joselyn Joseph Josephine Josh Joshua Josiah Joslyn Jospeh Josphine Josue Jovan Joy Joya
Joyce Joye Juan Jude Judith Judson Judy Jule Julee Julene Jules Julia Julian Juliane Julie
Julieann Julienne Julietta Julio Julius June Junie Junior Junita Junko Justa Justin Jutta Kaci
Kacie Kacy Kai Kaila Kaitlin Kaitlyn Kaleigh Kaley Kali Kallie Kalyn Kam Kamala Kamilah Kandace
Kandis Kandra Kanesha Kanisha Kara Kareem Kareen Karen Karena Karey Kari Karima Karina Karine
Karisa Karl Karla Karleen Karly Karlyn Karma Karmen Karole Karoline Karren Karry Kary Karyl
Kasandra Kasey Kasha Kasi Kasie Kassie Kate Katelin Katelyn Katelynn Katerine Kathaleen
Katharina Katharyn Kathe Katheleen Katherin Katherina Katherine Kathern Kathey Kathleen Kathline
Kathrin Kathryn Kathy Kathyrn Kati Katia Katie Katlyn Katrice Katrina Kattie Katy Kayce Kaycee
Kayla Kaylee Kayleen Kayleigh Kaylene Kazuko Keeley Keena Keenan Keesha Keiko Keila Keira Keith
Keitha Keli Kelle Kellee Kelley Kelli Kellie Kelly Kellye Kelsey Kelsi Kelsie Kelvin Kemberly
Ken Kena Kenda Kendal Kendall Kendra Kendrick Keneth Kenia Kenisha Kenneth Kennith Kenny Kent
Kenton Kenyetta Kera Keren Kermit Kerri Kerry Kerstin Keturah Keva Keven Kevin Khadijah Khalilah
Kiana Kiara Kiera Kieran Kiersten Kiesha Kieth Kiley Kim Kimber Kimberley Kimberli Kimberlie
Kimberly Kimbery Kimbra Kimi Kimiko Kina Kindra King Kip Kirby Kirk Kirsten Kirstie Kirsty Kit
Kittie Kiyoko Kizzie Kizzy Klara Korey Kortney Kory Kourtney Kraig Kris Krishna Krissy Krista
Kristeen Kristel Kristen Kristi Kristian Kristie Kristin Kristina Kristine Kristle Kristofer
Kristopher Kristy Krysta Krystal Krysten Krystin Krystina Kum Kurt Kurtis Kyle Kylie Kym
Kymberly Kyoko Lacey Lachelle Laci Lacresha Lacy Ladawn Lady Lael Lahoma Laila Laine Lajuana
Lakeesha Lakendra Lakenya Lakia Lakiesha Lakita Lala Lamar Lamonica Lamont Lance Landon Lane
Lanell Lanelle Lang Lanie Lanita Lannie Lanny Lanora Laquanda Larae Laraine Laree Larhonda
Larisa Larita Laronda Larraine Larry Lasandra Lashandra Lashaun Lashaunda Lashawna Lashawnda
Lashay Lashell Lashon Lashunda Lasonya Latarsha Latasha Latashia Latesha Latia Laticia Latina
Latoria Latoya Latoyia Latrina Latrisha Launa Laura Lauralee Lauran Laure Lauren Laurena
Laurence Laurene Laurice Laurie Laurinda Laurine Lauryn Lavelle Lavenia Lavera Lavern Laverna
Laverne Laveta Lavette Lavinia Lavona Lavone Lavonia Lavonna Lawana Lawanna Lawerence Lawrence
Layla Layne Lazaro Leah Lean Leana Leandro Leanne Leanora Lecia Lee Leeanna Leeanne Leena Leia
Leida Leif Leigh Leigha Leighann Leisha Lekisha Lelah Leland Lemuel Len Lenard Lenita Lenna
Lenny Leo Leoma Leon Leonard Leonarda Leonardo Leonel Leonia Leonida Leonie Leonila Leonore
Leontine Leopoldo Lera Leroy Les Lesha Lesia Lesley Leslie Lester Letisha Letty Levi Lewis Lexie
Lezlie Liam Lianne Libbie Liberty Librada Lien Lieselotte Ligia Lili Lilla Lilli Lillia Lilliam
Lilliana Lincoln Linda Lindsay Lindsey Lindsy Ling Linh Linn Lino Linsey Linwood Lionel Lisa
Lisabeth Lisandra Lisbeth Lisha Livia Lizeth Lizzette Lloyd Loan Logan Loida Loise Loma Lon
Londa Long Loni Lonna Lonnie Lonny Loralee Lore Lorean Loree Loreen Loren Lorenzo Loreta Loretta
Lorette Lori Loria Loriann Lorilee Lorina Loris Lorita Lorraine Lorriane Lorrine Lory Lou
Louanne Louetta Louie Louis Louise Loura Lourie Louvenia Love Lovella Lovetta Lowell Loyce Loyd
Luana Luanna Luba Lucas Luci Luciano Lucien Lucilla Lucina Lucio Lucius Lucrecia Lucy Ludie
Ludivina Luetta Luigi Luis Luise Luke Luna Lupe Lurlene Lurline Luther Luvenia Lydia Lyla Lyle
Lyman Lynda Lyndia Lyndon Lynell Lynelle Lynetta Lynn Lynna Lynne Lynsey Lynwood Mabelle Mac
Macie Mack Mackenzie Macy Madalene Madaline Madalyn Maddie Madelaine Madelene Madeline Madie
Madison Madlyn Maegan Mafalda Magali Magaly Magan Magaret Magdalen Magen Mahalia Maia Maida
Maile Maira Maire Maisha Maisie Major Makayla Makeda Malcolm Malcom Malena Malik Malika Malisa
Malka Mallie Mallory Malorie Malvina Mammie Man Mana Manda Mandie Mandy Manie Manual Manuel Many
Mao Maple Maragaret Maragret Marc Marcel Marcelene Marceline Marcelino Marcell Marcellus Marcelo
Marcene Marchelle Marcia Marco Marcos Marcus Mardell Maren Marg Margaret Margareta Margarett
Margaretta Margarite Margarito Margart Margene Margeret Margert Marget Margherita Margit
Margorie Margrett Marguerita Margurite Margy Marhta Maria Mariah Marian Marianela Mariano Marica
Maricruz Marie Mariel Mariella Marielle Mariette Mariko Marilou Marilu Marilyn Marin Marinda
Marine Mario Marion Maris Marisa Marisha Marissa Marivel Mark Marketta Markita Markus Marlana
Marleen Marlen Marlin Marline Marlon Marna Marni Marquetta Marquis Marquitta Marshall Marth
Martha Martin Marty Martyn Marvella Marvin Marvis Marx Mary Marya Maryalice Maryam Maryanna
Marybelle Maryetta Maryland Maryln Marylouise Marylyn Marylynn Maryrose Masako Mason Matha
Mathew Mathilda Mathilde Matt Matthew Maureen Maurice Mauricio Maurita Mauro Max Maxima Maximina
Maximo Maxwell Maybell Maye Maynard Mayola Mckenzie Mckinley Meagan Meda Mee Meg Megan Meggan
Meghan Meghann Mel Melaine Melani Melania Melanie Melany Melda Melia Melida Melinda Melissa
Melissia Melita Mellie Melodee Melodi Melody Melvin Melynda Mendy Mercedes Mercedez Meredith
Meri Merideth Meridith Merilyn Merissa Merle Merlene Merlin Merlyn Merna Merri Merrie Merrilee
Merrill Mertie Mervin Mia Mica Micah Micha Michael Michaela Michaele Michal Michale Micheal
Michel Michele Michelina Micheline Michelle Michiko Mickey Micki Mickie Miesha Mignon Miguel
Miguelina Mika Mikaela Mikayla Mike Mikel Miki Mikki Mila Milagro Milan Milda Miles Milford
Millard Milly Milo Milton Min Minda Mindy Ming Minh Minna Minta Miquel Miranda Mireille Mirella
Mirtha Misha Miss Mistie Misty Mitch Mitchel Mitchell Mitsue Mitsuko Mitzie Miyoko Modesto
Mohamed Mohammad Mohammed Moises Molly Monet Monica Monique Monnie Monroe Monserrate Monte Monty
Moon Mora Morgan Moriah Morris Morton Mose Moses Moshe Mozell Mozella Mui Muoi Murray Myesha
Myles Myrl Myrle Myron Myrta Myrtie Myung Nadene Naida Nakesha Nakisha Nakita Nam Nana Nancee
Nancey Nancie Nancy Naoma Naomi Napoleon Narcisa Natacha Natalie Natalya Natasha Natashia Nathan
Nathanael Nathanial Nathaniel Natisha Natosha Neal Necole Ned Neda Neely Neida Neil Nelia Nelida
Nelson Nenita Neoma Neomi Nerissa Nery Nestor Neta Nevada Neville Newton Nga Ngan Ngoc Nguyet
Nia Nichelle Nichol Nicholas Nichole Nicholle Nick Nickie Nickolas Nickole Nicky Nicol Nicola
Nicolas Nicolasa Nicole Nicolle Nida Niesha Nieves Nigel Nikia Nikole Nina Nisha Noah Noble
Nobuko Noe Noel Noella Nohemi Nolan Noma Norah Norbert Norberto Noriko Norma Norman Normand
Norris Nubia Numbers Nyla Obdulia Octavio Oda Odelia Odell Odilia Odis Olen Olene Olevia Olimpia
Olin Olinda Oliva Oliver Olivia Ollie Olympia Omar Omega Omer Oneida Onie Onita Oralee Oren
Oretha Orlando Orval Orville Oscar Ossie Osvaldo Oswaldo Otelia Otha Otis Otto Owen Ozell Ozella
Ozie Pablo Page Paige Palmer Palmira Pam Pamela Pamelia Pamella Pamila Pamula Pandora Paris
Parker Parthenia Particia Pasquale Pasty Pat Patience Patria Patricia Patrick Patrina Patty Paul
Paula Paulene Pauletta Pauline Paulita Paz Pearle Pearlene Pearly Pedro Peg Peggy Pei Penney
Penni Penny Percy Perry Pete Peter Petrina Petronila Phebe Phil Philip Phillip Phung Phylicia
Phyllis Pia Piedad Pierre Ping Pinkie Piper Pok Porfirio Porsche Porsha Porter Preston Prince
Priscila Priscilla Providencia Pura Qiana Queenie Quentin Quiana Quincy Quinn Quintin Quinton
Quyen Rachael Rachal Rachel Rachele Rachell Raeann Raelene Rafael Raguel Raina Raisa Raleigh
Ralph Ramiro Ramon Ramonita Rana Ranae Randa Randal Randall Randee Randell Randolph Randy Ranee
Raphael Rashad Rasheeda Raul Raven Ray Raye Rayford Raylene Raymon Raymond Raymonde Raymundo
Rayna Rea Reagan Reanna Reatha Rebbeca Rebbecca Rebecca Rebecka Rebekah Reda Reece Reed Reena
Refugia Refugio Regan Regena Regenia Reggie Regina Reginald Regine Reginia Reid Reiko Reinaldo
Reita Rema Remedios Remona Renaldo Renato Renay Renda Rene Renee Renetta Renna Ressie Retta
Reuben Rex Rey Reyes Reynalda Reynaldo Rheba Rhett Rhona Rhonda Rhys Ria Ricarda Ricardo Rich
Richard Richie Rick Rickey Ricki Rickie Ricky Rico Rigoberto Rikki Riley Rima Risa Rita Riva
Rivka Rob Robbi Robbie Robby Robbyn Robena Robert Roberta Roberto Robin Robt Robyn Rocco Rochel
Rochell Rocky Rod Roderick Rodger Rodney Rodolfo Rodrick Rodrigo Rogelio Roger Roland Rolande
Rolando Rolf Rolland Romaine Roman Romana Romelia Romeo Ron Ronald Roni Ronni Ronnie Ronny
Roosevelt Rory Rosamaria Rosamond Rosana Rosann Rosario Roscoe Rose Roselee Roselia Roseline
Roselle Rosemary Rosena Rosenda Rosendo Rosette Rosia Rosie Rosio Ross Rossana Rossie Rosy Roxy
Roy Royal Royce Rozanne Rozella Ruben Rubi Rubie Rubin Rudolf Rudolph Rudy Rueben Rufina Rufus
Rupert Russ Russel Russell Rusty Ruth Rutha Ruthanne Ruthe Ryan Ryann Sabine Sabrina Sacha
Sachiko Sadye Sage Sal Salena Salley Sally Salome Salvador Salvatore Sam Samantha Samara Samella
Samira Sammie Sammy Samual Samuel Sana Sanda Sandee Sandie Sandra Sandy Sanford Sang Sanora
Santana Santiago Santina Santo Santos Sara Sarah Sarai Saran Sari Sarina Saturnina Sau Saul
Savanna Savannah Scarlet Scot Scott Scottie Scotty Sean Season Sebastian Sebrina See Seema
Selena Selene Sena Senaida September Serafina Sergio Serina Serita Seth Setsuko Seymour Sha Shad
Shae Shakia Shakira Shakita Shala Shalanda Shalon Shan Shanae Shandi Shandra Shane Shaneka
Shanel Shanelle Shani Shanice Shaniqua Shanita Shannon Shantae Shantay Shantelle Shanti Shaquana
Shaquita Sharan Sharda Sharee Sharell Sharen Shari Sharice Sharie Sharika Sharilyn Sharita
Sharleen Sharmaine Sharolyn Sharon Sharri Sharyl Shaun Shaunda Shaunna Shaunta Shaunte Shavon
Shavonda Shavonne Shawana Shawanda Shawanna Shawn Shawna Shawnda Shawnee Shawnna Shawnta Shay
Shayne Shea Sheba Sheena Sheila Sheilah Shela Shelba Shelby Sheldon Shelia Shella Shelley Shelly
Shelton Shemeka Shemika Shena Shenika Shenita Shenna Shera Sherell Sheri Sherice Sheridan
Sherika Sherill Sherilyn Sherise Sherlene Sherley Sherly Sherlyn Sherman Sherrell Sherri Sherril
Sherry Sherwood Shery Sheryl Sheryll Shila Shiloh Shin Shira Shirely Shirl Shirleen Shirley
Shizue Shizuko Shon Shona Shondra Shonna Shonta Shoshana Shu Shyla Sian Sid Sidney Sierra Signe
Silas Silva Silvana Sima Simon Simona Simonne Sina Sindy Sirena Siu Sixta Skye Slyvia Soila Sol
Solange Solomon Somer Sommer Son Sona Song Sonia Sonny Sonya Soo Sook Sophia Sophie Soraya
Sparkle Spencer Spring Stacee Stacey Stacie Stacy Stan Stanford Stanley Stanton Stasia Stefan
Stefania Stefanie Stefany Steffanie Stepanie Stephan Stephane Stephania Stephanie Stephen
Stephnie Sterling Steve Steven Stevie Stewart Stormy Stuart Suanne Sudie Sue Sueann Suellen Suk
Sulema Sumiko Summer Sunday Sung Sunni Susan Susann Susy Suzann Suzanne Suzi Svetlana Sydney
Sylvester Sylvia Sylvie Synthia Syreeta Tabetha Tabitha Tad Tai Taina Taisha Tajuana Takako
Takisha Talisha Talitha Tam Tama Tamala Tamara Tamatha Tambra Tameika Tamekia Tamesha Tami
Tamica Tamie Tamiko Tamisha Tammara Tammera Tammie Tammy Tandra Tandy Taneka Tanja Tanna Tanner
Tanya Tara Tarah Taren Tari Tarra Tasha Tashia Tashina Tasia Tatum Tatyana Taunya Tawna Tawny
Taylor Tayna Ted Teddy Tegan Teisha Telma Temeka Temika Tempie Temple Tenesha Tenisha Tennie
Tennille Teodora Teodoro Teofila Tequila Tereasa Terence Teresa Teresia Terica Terina Terisa
Terrance Terrell Terrence Terresa Terri Terrilyn Terry Tesha Thad Thaddeus Thalia Thanh Thao
Theo Theodore Theola Theresa Theresia Theressa Theron Thersa Thi Thomas Thomasena Thomasine
Thora Thresa Thu Thurman Tianna Tien Tiera Tiesha Tifany Tiffaney Tiffany Tiffiny Tijuana Tilda
Tim Timika Timmy Timothy Tina Tinisha Tiny Tisa Tish Titus Tobi Tobias Tobie Toby Toccara Tod
Todd Toi Tom Tomas Tomi Tomika Tomiko Tommie Tommy Tommye Tomoko Tona Tonda Tonette Toney Toni
Tonie Tonisha Tonita Tony Tonya Tora Torie Torri Torrie Tory Toshia Toshiko Tova Towanda Tracee
Tracey Traci Tracie Tracy Tran Trang Travis Treasa Treena Trent Trenton Trevor Trey Tricia Trinh
Trinidad Trinity Tristan Troy Trudi Trudie Trula Truman Tuan Tula Tuyet Twana Twanda Twanna
Tyesha Tyisha Tyler Tynisha Tyree Tyrell Tyron Tyrone Tyson Ula Ulrike Ulysses Usha Ute Val
Valda Valene Valentin Valentine Valeri Valerie Valery Vallie Valrie Van Vance Vanda Vanesa
Vanessa Vanetta Vania Vanita Vanna Vannesa Vannessa Vashti Vasiliki Vaughn Vella Velvet Vena
Venetta Venice Vennie Veola Verdell Verdie Verena Verlene Verlie Verline Vern Vernetta Vernia
Vernon Veronica Veronika Veronique Versie Vertie Veta Vicente Vicki Vickie Victor Victoria
Victorina Viki Vince Vincent Vincenza Vincenzo Vinita Vinnie Violette Virgen Virgil Virgilio
Virginia Vito Vivan Vivien Vivienne Von Voncile Wade Wai Waldo Walker Wallace Wally Walter
Walton Waltraud Wan Wanda Waneta Wanetta Ward Warner Warren Wava Waylon Wayne Wei Weldon Wen
Wendell Wendie Wendolyn Wendy Wenona Werner Wes Wesley Weston Whitley Whitney Wilber Wilbert
Wilbur Wilburn Wiley Wilford Wilfred Wilfredo Wilhemina Will Willard Willena Willene Willetta
Willette Willia William Williams Willian Willie Williemae Willis Willodean Willow Willy Wilmer
Wilson Wilton Winford Winfred Winston Winter Wonda Woodrow Wyatt Wynell Xavier Xenia Xiao
Xochitl Xuan Yaeko Yael Yahaira Yajaira Yan Yang Yanira Yasmine Yasuko Yee Yelena Yen Yer
Yesenia Yessenia Yevette Ying Yoko Yolanda Yolande Yolando Yon Yong Yoshie Youlanda Young Yuette
Yuk Yuki Yukiko Yuko Yulanda Yun Yung Yuonne Yuri Yuriko Yvette Yvone Yvonne Zachariah Zachary
Zachery Zack Zackary Zada Zana Zandra Zane Zenia Zenobia Zetta Zita Zoe Zofia Zonia Zulema Zulma
""".split()

LAST = """
Abbott Acevedo Acosta Adams Adkins Aguilar Aguirre Ahmed Akhtar Albert Alexander Alford Ali
Allan Allen Allison Alston Alvarado Alvarez Andersen Anderson Andrade Andrews Anthony Archer
Arellano Arias Armstrong Arnold Arroyo Ashley Ashton Atkins Atkinson Austin Avery Avila Ayala
Ayers Bailey Baird Baker Baldwin Ball Ballard Banks Barajas Barber Barker Barlow Barnes Barnett
Barr Barrera Barrett Barron Barry Bartlett Barton Bass Bates Battle Bauer Bautista Baxter Beach
Bean Beard Beasley Beck Becker Begum Bell Beltran Bender Benitez Benjamin Bennett Benson Bentley
Benton Berg Berger Bernard Berry Best Bevan Bibi Birch Bird Bishop Black Blackburn Blackwell
Blair Blake Blanchard Blankenship Blevins Bolton Bond Bonilla Bonner Booker Boone Booth Bowen
Bowers Bowman Boyd Boyer Boyle Bradford Bradley Bradshaw Brady Branch Brandt Braun Bray Brennan
Brewer Bridges Briggs Bright Britt Brock Brookes Brooks Brown Browne Browning Bruce Bryan Bryant
Buchanan Buck Buckley Buckner Bull Bullock Burch Burgess Burke Burks Burnett Burns Burris
Burrows Burt Burton Bush Butcher Butler Byers Byrd Byrne Cabrera Cain Calderon Caldwell Calhoun
Callahan Camacho Cameron Campbell Campos Cannon Cantrell Cantu Cardenas Carey Carlson Carney
Carpenter Carr Carrillo Carroll Carson Carter Cartwright Carver Case Casey Cash Castaneda
Castillo Castro Cervantes Chadwick Chamberlain Chambers Chan Chandler Chaney Chang Chapman
Charles Charlton Chase Chavez Chen Cherry Choi Christensen Christian Chung Church Cisneros Clark
Clarke Clay Clayton Clements Clemons Cleveland Cline Coates Cobb Cochran Coffey Cohen Cole
Coleman Coles Collier Collins Colon Combs Compton Conley Conner Connolly Connor Conrad Contreras
Conway Cook Cooke Cooley Cooper Copeland Cordova Cortez Costa Cote Cotton Cowan Cox Craft Craig
Crane Crawford Crosby Cross Cruz Cuevas Cummings Cunningham Curry Curtis Dale Dalton Daly Daniel
Daniels Daugherty Davenport Davey David Davidson Davies Davila Davis Davison Dawson Day Dean
Decker Dejesus Delacruz Delaney Deleon Delgado Dennis Diaz Dickerson Dickinson Dickson Dillard
Dillon Dixon Dobson Dodd Dodson Doherty Dominguez Donaldson Donnelly Donovan Dorsey Dotson
Dougherty Douglas Downs Doyle Drake Duarte Dudley Duffy Duke Duncan Dunlap Dunn Duran Durham
Dyer Eaton Edwards Elliott Ellis Ellison Emerson England English Erickson Escobar Esparza
Espinoza Estes Estrada Evans Everett Ewing Farley Farmer Farrell Faulkner Ferguson Fernandez
Ferrell Field Fields Figueroa Finch Finley Fischer Fisher Fitzgerald Fitzpatrick Fleming
Fletcher Flores Flowers Floyd Flynn Foley Forbes Ford Foreman Forster Foster Fowler Fox Francis
Franco Frank Franklin Franks Fraser Frazier Frederick Freeman French Frey Friedman Fritz Frost
Fry Frye Fuentes Fuller Fulton Gaines Gallagher Gallegos Galloway Galvan Gamble Garcia Gardiner
Gardner Garner Garrett Garrison Garza Gates Gay Gentry George Gibbons Gibbs Gibson Gilbert Giles
Gill Gillespie Gilliam Gilmore Glass Glenn Glover Goddard Godfrey Goff Golden Gomez Gonzales
Gonzalez Good Goodman Goodwin Gordon Gough Gould Graham Grant Graves Gray Green Greene Greenwood
Greer Gregory Griffin Griffith Griffiths Grimes Gross Guerra Guerrero Guthrie Gutierrez Guy
Guzman Haas Hahn Hale Haley Hall Hamilton Hammond Hampton Hancock Haney Hanna Hansen Hanson
Hardin Harding Hardy Hargreaves Harmon Harper Harrell Harrington Harris Harrison Hart Hartley
Hartman Harvey Hatfield Hawkins Hayden Hayes Haynes Hays Hayward Head Heath Hebert Henderson
Hendricks Hendrix Henry Hensley Henson Herbert Herman Hernandez Herrera Herring Hess Hester
Hewitt Hickman Hicks Higgins Hill Hilton Hines Hinton Hobbs Hodge Hodges Hodgson Hoffman Hogan
Holcomb Holden Holder Holland Holloway Holman Holmes Holt Hood Hooper Hoover Hope Hopkins Hopper
Horn Horne Horton Houghton House Houston Howard Howarth Howe Howell Howells Huang Hubbard Huber
Hudson Huerta Huff Huffman Hughes Hull Humphrey Humphreys Humphries Hunt Hunter Hurley Hurst
Hussain Hutchinson Huynh Hyde Ibarra Ingram Iqbal Irwin Jackson Jacobs Jacobson James Jarvis
Jefferson Jenkins Jennings Jensen Jimenez John Johns Johnson Johnston Jones Jordan Joseph Joyce
Joyner Juarez Justice Kaiser Kane Kaufman Kaur Kay Keith Keller Kelley Kelly Kemp Kennedy Kent
Kerr Key Khan Kidd Kim King Kinney Kirby Kirk Kirkland Klein Kline Knapp Knight Knowles Knox
Koch Kramer Krause Krueger Lam Lamb Lambert Lancaster Landry Lane Lang Langley Lara Larsen
Larson Law Lawrence Lawson Leach Leblanc Lee Lees Leon Leonard Lester Levine Levy Lewis Lin
Lindsay Lindsey Little Liu Livingston Lloyd Logan Long Lopez Lord Lott Love Lowe Lowery Lozano
Lucas Lucero Luna Lutz Lynch Lynn Lyons Macdonald Macias Mack Madden Maddox Mahmood Mahoney
Maldonado Malone Mann Manning Marks Marquez Marsden Marsh Marshall Martin Martinez Mason Massey
Mata Mathews Mathis Matthews Maxwell May Mayer Maynard Mayo Mays Mcbride Mccall Mccann Mccarthy
Mccarty Mcclain Mcclure Mcconnell Mccormick Mccoy Mccray Mccullough Mcdaniel Mcdonald Mcdowell
Mcfadden Mcfarland Mcgee Mcgowan Mcgrath Mcguire Mcintosh Mcintyre Mckay Mckee Mckenzie Mckinney
Mcknight Mclaughlin Mclean Mcleod Mcmahon Mcmillan Mcneil Mcpherson Meadows Medina Mejia
Melendez Mellor Melton Mendez Mendoza Mercado Mercer Merrill Merritt Metcalfe Meyer Meyers Meza
Miah Michael Middleton Miles Miller Mills Miranda Mistry Mitchell Molina Monroe Montes
Montgomery Montoya Moody Moon Mooney Moore Mora Morales Moran Moreno Morgan Morin Morley Morris
Morrison Morrow Morse Morton Moses Mosley Moss Moyer Mueller Mullen Mullins Munoz Murillo Murphy
Murray Myers Nash Navarro Naylor Neal Nelson Newman Newton Nguyen Nicholls Nichols Nicholson
Nielsen Nieves Nixon Noble Noel Nolan Norman Norris North Norton Novak Nunez Obrien Ochoa
Oconnell Oconnor Odom Odonnell Oliver Olsen Olson Oneal Oneill Orozco Orr Ortega Ortiz Osborn
Osborne Owen Owens Pace Pacheco Padilla Page Palmer Park Parker Parkes Parkin Parkinson Parks
Parrish Parry Parsons Pate Patel Patrick Patterson Patton Paul Payne Peacock Pearce Pearson Peck
Pena Pennington Perez Perkins Perry Peters Petersen Peterson Petty Pham Phelps Phillips
Pickering Pickett Pierce Pineda Pittman Pitts Pollard Ponce Poole Pope Porter Potter Potts
Powell Power Powers Pratt Preston Price Prince Pritchard Proctor Pruitt Puckett Pugh Quinn
Rahman Ramirez Ramos Ramsey Randall Randolph Rangel Rasmussen Ratliff Ray Raymond Read Reed Rees
Reese Reeves Reid Reilly Reyes Reynolds Rhodes Rice Rich Richard Richards Richardson Richmond
Riddle Riggs Riley Rios Ritter Rivas Rivera Rivers Roach Robbins Roberson Roberts Robertson
Robinson Robles Robson Rocha Rodgers Rodriguez Rodriquez Rogers Rojas Rollins Roman Romero Rosa
Rosales Rosario Rose Ross Roth Rowe Rowland Rowley Roy Rubio Ruiz Rush Russell Russo Rutledge
Ryan Salas Salazar Salinas Sampson Sanchez Sanders Sanderson Sandoval Sanford Santana Santiago
Santos Sargent Saunders Savage Sawyer Schaefer Schmidt Schmitt Schneider Schofield Schroeder
Schultz Schwartz Scott Sears Sellers Serrano Sexton Shaffer Shah Shannon Sharp Sharpe Shaw Shea
Shelton Shepard Shepherd Sheppard Sherman Shields Short Silva Simmons Simon Simpson Sims
Sinclair Singh Singleton Skinner Slater Sloan Small Smart Smith Snider Snow Snyder Solis Solomon
Sosa Soto Sparks Spears Spence Spencer Stafford Stanley Stanton Stark Steele Stein Stephens
Stephenson Stevens Stevenson Stewart Stokes Stone Storey Stout Strickland Strong Stuart Suarez
Sullivan Summers Sutton Swanson Sweeney Sweet Swift Sykes Talbot Talley Tanner Tapia Tate Taylor
Terrell Terry Thomas Thompson Thomson Thornton Thorpe Tillman Todd Tomlinson Torres Townsend
Tran Travis Trevino Trujillo Tucker Turnbull Turner Tyler Tyson Underwood Valdez Valencia
Valentine Valenzuela Vance Vang Vargas Vasquez Vaughan Vaughn Vazquez Vega Velasquez Velazquez
Velez Villa Villanueva Villarreal Villegas Vincent Vinson Wade Wagner Walker Wall Wallace Waller
Wallis Walls Walsh Walter Walters Walton Wang Ward Ware Warner Warren Washington Waters Watkins
Watson Watts Weaver Webb Weber Webster Weeks Weiss Welch Wells Werner West Weston Wheeler
Whitaker White Whitehead Whitehouse Whitfield Whitley Whitney Whittaker Wiggins Wilcox Wilder
Wiley Wilkerson Wilkins Wilkinson William Williams Williamson Willis Wilson Winter Winters Wise
Witt Wolf Wolfe Wong Wood Woodard Woods Woodward Wooten Workman Wright Wyatt Wynn Yang Yates
Yoder York Young Zamora Zavala Zhang Zimmerman Zuniga
""".split()
