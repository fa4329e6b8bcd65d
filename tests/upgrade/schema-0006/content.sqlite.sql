insert into schema_migration (version, name, checksum, applied_at) values
(1, 'platform', '3d758f302a900241f6a9e70960210e0f5db5ea87f817a1635bab7f9023e88ef3', 1795875166482466),
(2, 'people', '2ab4e595b961db257d386393fa73b4c68cb740ea1de2347ac4e33bc3a937efca', 1795875166484263),
(3, 'crm', '1e6d89313ac85678cd38797beff0b5af2e3ed51cb47be689d277404a13bd9565', 1795875166486281),
(4, 'imports', 'bbddac7dd8a1d6f574c175e037c4961193e2cc1976ff5cf123d2f5c4a4d4c88b', 1795875166487347),
(5, 'failures', '88017f43045560dd9893a65d52ccce8d97ccd7a5de94c179ece4c2e2b880c3da', 1795875166488786),
(6, 'lesson_search', '01236a437d2d36384d202747ce894176ff672f35e681a5d3b7b5395b367a0d50', 1795875166490011);
insert into lesson_text (rowid, title_stems, title_words, stems, words, org_id) values
(385070523275264538, 'count the signatur', 'count the signatures', 'count the signatur  ask at the survey who sign and meet the zygomat one  next time i ask on the quay  quaylin  marrowsea boatyard', 'count the signatures  ask at the survey who signs and meet the zygomatic one  next time i ask on the quay  quayline  marrowsea boatyard', 385070521534290210);
