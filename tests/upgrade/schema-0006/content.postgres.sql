insert into schema_migration (version, name, checksum, applied_at) values
(1, 'platform', 'a04f6dce3e27698fb213fad5d156ed3c327f02e64fbc97fb4aba771ddcacdc07', 1795875167155081),
(2, 'people', '2ab4e595b961db257d386393fa73b4c68cb740ea1de2347ac4e33bc3a937efca', 1795875167172018),
(3, 'crm', '73deffb214161627fd960cc6759a422c605dd317d474c1f30248b39660e79ad3', 1795875167185780),
(4, 'imports', 'bbddac7dd8a1d6f574c175e037c4961193e2cc1976ff5cf123d2f5c4a4d4c88b', 1795875167194465),
(5, 'failures', '88017f43045560dd9893a65d52ccce8d97ccd7a5de94c179ece4c2e2b880c3da', 1795875167205451),
(6, 'lesson_search', 'beb90de61d46c1aacc44a3b29bfccfcd6b0a3c47e6e2ab186546b4127d963cb3', 1795875167207727);
insert into lesson_text (org_id, lesson_id, words) values
(385070521534290210, 385070523275264538, '''sand'':11 ''sask'':5,20 ''sat'':6 ''sboatyard'':28 ''scount'':1A ''si'':19 ''smarrowsea'':27 ''smeet'':12 ''snext'':17 ''son'':21 ''sone'':15 ''squay'':23 ''squaylin'':25 ''ssign'':10 ''ssignatur'':3A ''ssurvey'':8 ''sthe'':2A,7,13,22 ''stime'':18 ''swho'':9 ''szygomat'':14 ''wand'':11 ''wask'':5,20 ''wat'':6 ''wboatyard'':28 ''wcount'':1A ''wi'':19 ''wmarrowsea'':27 ''wmeet'':12 ''wnext'':17 ''won'':21 ''wone'':15 ''wquay'':23 ''wquayline'':25 ''wsignatures'':3A ''wsigns'':10 ''wsurvey'':8 ''wthe'':2A,7,13,22 ''wtime'':18 ''wwho'':9 ''wzygomatic'':14');
