"""Words that mean the same in what people type and what services are called; data, both ways.

A line is one meaning, in English and Arabic alike, with the spellings and short forms that people
use; behind them what French, Turkish, Russian and Spanish say. Words are written as `fold` leaves
them: without accents, and "лайки" as "лаики". A word may stand in several lines; what is common in
one language and something else in another ("gün", a gun) is left out. Grammar that only lengthens
a word needs no entry.
"""

from __future__ import annotations

MEANINGS = (
    # Sites and apps
    "instagram, insta, ig, انستقرام, انستغرام, انستجرام, انستكرام, انستاقرام, انستاغرام,"
    " انستاجرام, انستا, инстаграм, инстаграмм, инста",
    "tiktok, tik tok, tt, تيك توك, تيكتوك, تك توك, тикток, тик ток",
    "youtube, you tube, yt, يوتيوب, يوتوب, ютуб, ютьюб",
    "telegram, tele, tg, تيليجرام, تليجرام, تلجرام, تيليغرام, تلغرام, تليقرام, تلقرام, تلكرام,"
    " تيليكرام, تلي, телеграм, телеграмм, телега, тг",
    "twitter, x, tw, تويتر, اكس, твиттер, твитер",
    "facebook, face book, fb, فيسبوك, فيس بوك, فيس, феисбук, фб",
    "snapchat, snap chat, snap, sc, سناب شات, سنابشات, سناب, снапчат, снап",
    "whatsapp, whats app, whats, wa, واتساب, واتس اب, واتس, ватсап, вотсап, вацап",
    "threads, ثريدز, ثردز, тредс",
    "linkedin, linked in, لينكد ان, لينكدان, لنكدان, لينكد, линкедин",
    "spotify, سبوتيفاي, سبوتفاي, спотифаи",
    "anghami, انغامي",
    "soundcloud, sound cloud, sc, ساوند كلاود, ساوندكلاود, саундклауд",
    "discord, dc, ديسكورد, دسكورد, дискорд",
    "twitch, تويتش, твич",
    "kick, كيك, кик",
    "google, قوقل, جوجل, غوغل, كوكل, гугл",
    "google play, قوقل بلاي, جوجل بلاي, гугл плеи",
    "maps, map, خرايط, خريطه, ماب, cartes, haritalar, harita, карты, mapas, mapa",
    "netflix, نتفليكس, نتفلكس, нетфликс",
    "shahid, شاهد",
    "canva, كانفا",
    "itunes, apple, ايتونز, ابل",
    "amazon, امازون, амазон",
    "playstation, play station, psn, ps, بلايستيشن, بلاي ستيشن, سوني, плеистеишен",
    "xbox, x box, اكس بوكس, اكسبوكس",
    "game pass, gamepass, قيم باس, جيم باس",
    "steam, ستيم, стим",
    # Games
    "pubg, ببجي, بوبجي, بابجي, пубг, пабг",
    "free fire, freefire, ff, فري فاير, فريفاير, фри фаер",
    "mobile legends, mlbb, ml, موبايل ليجندز, موبايل ليجند, мобаил легенд",
    "genshin, قنشن, جنشن, غنشن, геншин",
    "call of duty, cod, كول اوف ديوتي",
    "valorant, valo, فالورانت, فالو, валорант",
    "clash of clans, coc, كلاش اوف كلانس",
    "clash, كلاش",
    "ludo, لودو",
    "yalla, يلا",
    "bigo, بيقو, بيجو",
    "roblox, روبلوكس, роблокс",
    "robux, روبوكس, робуксы",
    # What is ordered
    "followers, follower, follow, متابعين, متابعون, متابعات, متابع, متابعه, فولو, فولورز, فولوورز,"
    " فلورز, abonnes, abonne, takipci, takipciler, takipcisi, подписчики, подписчиков, seguidores,"
    " seguidor",
    "likes, like, لايكات, لايك, لايكس, اعجابات, اعجاب, قلوب, hearts, j aime, mentions j aime,"
    " begeni, begeniler, begenme, лаики, лаиков, лаик, отметки нравится, me gusta, me gustas",
    "dislikes, dislike, دسلايك, ديسلايك, عدم اعجاب, дизлаики, дизлаик",
    "views, view, watch, مشاهدات, مشاهده, فيوز, فيو, فيوهات, vues, vue, visionnages, visionnage,"
    " izlenme, izlenmeler, goruntulenme, goruntuleme, просмотры, просмотров, просмотр, просмотра,"
    " vistas, vista, visualizaciones, visualizacion, reproducciones, reproduccion",
    "viewers, viewer, مشاهدين, مشاهد, spectateurs, spectateur, izleyici, izleyiciler, зрители,"
    " зрителеи, зритель, espectadores, espectador",
    "comments, comment, تعليقات, تعليق, كومنتات, كومنت, كومنتس, كومنتز, commentaires, commentaire,"
    " yorum, yorumlar, комментарии, комментариев, комменты, комментов, comentarios, comentario",
    "replies, reply, ردود, رد,"
    " reponses, reponse, yanitlar, yanit, cevaplar, ответы, ответов, respuestas, respuesta",
    "shares, share, مشاركات, مشاركه, شير, شيرات, reposts, repost, ريبوست, اعاده نشر, partages,"
    " partage, paylasim, paylasimlar, paylasma, репосты, репостов, репост, compartidos, compartir",
    "saves, save, حفظ, سيف, sauvegardes, sauvegarde, enregistrements, enregistrement,"
    " kaydetme, kaydetmeler, сохранения, сохранении, guardados, guardado",
    "bookmarks, bookmark, حفظ",
    "subscribers, subscriber, subs, مشتركين, مشتركون, مشترك, سبسكرايب, سبسكرايبرز, abonnes, abonne,"
    " abone, aboneler, подписчики, подписчиков, suscriptores, suscriptor",
    "subscription, subscriptions, subscribe, اشتراك, اشتراكات,"
    " abonnement, abonnements, abonelik, uyelik, подписка, подписки, подписку, suscripcion,"
    " suscripciones",
    "members, member, اعضاء, عضو, ممبرز, ممبر, membres, membre, uye, uyeler, участники,"
    " участников, подписчики, подписчиков, miembros, miembro",
    "membership, عضويه",
    "reactions, reaction, react, تفاعلات, تفاعل, tepki, tepkiler, реакции, reacciones, reaccion",
    "retweets, retweet, rt, رتويت, ريتويت, رتويتات, اعاده تغريد, ретвиты, ретвитов, ретвит",
    "tweets, tweet, تغريده, تغريدات, твиты, твит",
    "votes, vote, تصويت, تصويتات, اصوات, oy, oylar, голоса, голосов, votos, voto",
    "poll, polls, استفتاء, استفتاءات, استطلاع,"
    " sondage, sondages, anket, anketler, опрос, опросы, encuesta, encuestas",
    "mentions, mention, منشن, منشنات, bahsetme, упоминания, упоминании, menciones, mencion",
    "impressions, impression, ظهور, gosterim, охват, показы, impresiones",
    "reach, وصول, portee, erisim, охват, alcance",
    "visits, visit, visitors, traffic, زيارات, زياره, زوار, visites, visite, visiteurs, trafic,"
    " ziyaret, ziyaretci, ziyaretciler, trafik, посещения, посещении, посетители, посетителеи,"
    " трафик, visitas, visita, visitantes, trafico",
    "plays, play, streams, تشغيلات, تشغيل, استماع, ecoutes, ecoute, dinlenme, dinlenmeler,"
    " прослушивания, прослушивании, reproducciones, escuchas",
    "listeners, listener, مستمعين, مستمع, auditeurs, auditeur, dinleyici, dinleyiciler, слушатели,"
    " слушателеи, oyentes, oyente",
    "reviews, review, rating, تقييمات, تقييم,"
    " avis, degerlendirme, degerlendirmeler, отзывы, отзывов, отзыв, resenas, resena",
    "hours, hour, ساعات, ساعه, heures, heure, saat, saati, часы, часов, horas, hora",
    "starts, start, ستارت, بدء, بدايه",
    "boost, boosts, تعزيز, بوست",
    "score, points, سكور, نقاط, نقطه",
    "adds, add, اضافات, اضافه",
    # Where on a site
    "story, stories, ستوري, ستوريات, قصص, قصه, histoire, hikaye, hikayeler, сторис, история,"
    " истории, historia, historias",
    "reels, reel, ريلز, ريل, ريلس, рилс, рилсы",
    "shorts, short, شورتس, شورت, шортс, шортсы",
    "spotlight, سبوت لايت, سبوتلايت",
    "live, stream, بث مباشر, بث, لايف, مباشر, canli yayin, canli, прямои эфир, эфир, стрим,"
    " en vivo, en directo, en direct",
    "space, spaces, مساحات, مساحه, سبيس",
    "posts, post, منشور, منشورات, بوست, بوستات, publication, publications, gonderi, gonderiler,"
    " пост, посты, публикация, публикации, publicacion, publicaciones",
    "video, videos, فيديو, فيديوهات, مقطع, видео",
    "song, track, اغنيه, اغاني,"
    " chanson, chansons, sarki, песня, песни, трек, треки, cancion, canciones",
    "channel, channels, قناه, قنوات, chaine, chaines, kanal, kanallar, канал, каналы, канала,"
    " canal, canales",
    "group, groups, جروب, جروبات, قروب, قروبات, كروب, مجموعه, مجموعات, groupe, groupes, grup,"
    " gruplar, группа, группы, группу, чат, grupo, grupos",
    "page, pages, صفحه, صفحات, sayfa, sayfalar, страница, страницы, страницу, pagina, paginas",
    "profile, بروفايل, بروفيل, profil, профиль, профиля, perfil",
    "account, accounts, حساب, حسابات,"
    " compte, comptes, hesap, hesaplar, аккаунт, аккаунты, аккаунта, cuenta, cuentas",
    "website, site, web, موقع, مواقع, site web, web sitesi, саит, саита, саиты, sitio, sitio web",
    "hashtag, hashtags, هاشتاق, هاشتاج, هاشتاقات, وسم",
    "trend, trending, ترند",
    "bot, bots, بوت, бот",
    "server, سيرفر, سرفر, serveur, sunucu, сервер, servidor",
    "keyword, keywords, كلمه مفتاحيه, كلمات مفتاحيه,"
    " mot cle, mots cles, anahtar kelime, ключевое слово, ключевые слова, palabra clave",
    # How it comes
    "package, packages, pack, bundle, باقه, باقات, بكج,"
    " paquet, forfait, paket, пакет, пакеты, paquete, paquetes",
    "custom, customized, مخصصه, مخصص,"
    " personnalises, personnalise, ozel, свои, personalizados, personalizado",
    "random, عشواييه, عشوايي, عشوايه,"
    " aleatoires, aleatoire, rastgele, случаиные, aleatorios, aleatorio",
    "automatic, auto, تلقايي, تلقاييه,"
    " automatiques, automatique, otomatik, авто, автоматические, automaticos, automatico",
    "real, حقيقي, حقيقيين, حقيقيه,"
    " vrais, gercek, живые, живых, реальные, реальных, настоящие, reales",
    "active, متفاعل, متفاعلين, نشط, actifs, actif, aktif, активные, активных, activos, activo",
    "fast, quick, speed, سريع, سريعه, سرعه, rapide, rapides, vite, hizli, быстро, быстрые,"
    " быстрыи, rapido, rapidos",
    "slow, بطيء, بطي, lent, lente, lents, yavas, медленно, медленные, lento, lentos",
    "drip, dripfeed, تنقيط",
    "safe, امن, guvenli, безопасно, seguro",
    "instant, immediate, فوريه, فوري,"
    " instantane, immediat, aninda, hemen, мгновенно, моментально, instantaneo, inmediato",
    "cheap, cheapest, رخيص, رخيصه, ارخص, pas cher, pas chers, moins cher, moins chers, ucuz,"
    " en ucuz, дешевые, дешево, дешевых, недорого, barato, baratos",
    "quality, جوده, qualite, kalite, kaliteli, качество, качественные, calidad",
    "high quality, hq, جوده عاليه,"
    " haute qualite, bonne qualite, yuksek kalite, высокое качество, alta calidad",
    "high, عاليه, عالي",
    "refill, guarantee, guaranteed, warranty, ضمان, بضمان, مع ضمان, مضمون, مضمونه, مضمونين, تعويض,"
    " garantie, garanti, avec garantie, garantili, telafi, telafili, гарантия, гарантиеи, с"
    " гарантиеи, garantia, garantizado, con garantia",
    "no refill, without refill, no guarantee, بدون ضمان, بلا ضمان, بدون تعويض,"
    " sans garantie, garantisiz, telafisiz, без гарантии, sin garantia",
    "no drop, non drop, nondrop, بدون نقص, ثابته, ثابتين",
    "lifetime, مدي الحياه, دايم, a vie, omur boyu, навсегда, пожизненно, de por vida",
    "old, قديمه, قديم, anciens, ancien, eski, старые, старых, antiguos",
    "new, جديده, جديد, nouveaux, nouveau, yeni, новые, новых, nuevos",
    "premium, بريميوم, مميز, премиум",
    "female, females, girls, women, بنات, نساء,"
    " femmes, femme, filles, kadin, kiz, женские, девушки, mujeres, mujer, chicas",
    "offline, اوفلاين, غير متصل, hors ligne, cevrimdisi, оффлаин, офлаин",
    "online, اونلاين, متصل, en ligne, cevrimici, онлаин, en linea",
    "arab, arabs, arabic, عرب, عربي, عربيه, arabes, arabe, arap, арабские, арабы",
    "gulf, khaleeji, خليجيين, خليجي, خليج, golfe, korfez, golfo",
    "day, days, daily, يوم, ايام, يومي, jour, jours, gunluk, день, днеи, дня, dia, dias, diario",
    "weekly, week, اسبوعيه, اسبوعي, اسبوع,"
    " semaine, hebdomadaire, hafta, haftalik, неделя, недели, semana, semanal",
    "month, months, monthly, شهر, شهور, شهريه, شهري, شهريين,"
    " mois, mensuel, mensuels, ay, aylik, месяц, месяца, месяцев, mes, meses, mensual, mensuales",
    "year, years, yearly, سنه, سنوات, سنوي,"
    " annee, annuel, yil, yillik, год, года, ano, anos, anual",
    "minutes, minute, min, دقيقه, دقايق, dakika, минут, минуты, минута, minutos, minuto",
    # Top-ups, cards and other goods
    "topup, top up, recharge, charge, شحن, تعبيه,"
    " rechargement, yukleme, пополнение, пополнить, recarga, recargar",
    "diamonds, diamond, gems, gem, جواهر, جوهره, ماسه, ماسات, الماس, الماسه, diamants, diamant,"
    " elmas, elmaslar, алмазы, алмазов, diamantes, diamante",
    "uc, شدات, شده, يوسي",
    "crystals, crystal, كريستاله, كريستالات, كريستال,"
    " cristaux, kristal, кристаллы, кристаллов, cristales",
    "coins, coin, عملات, عمله, كوينز, pieces, jeton, jetonlar, монеты, монет, monedas",
    "gold, ذهب, altin, золото, oro",
    "cp, نقطه, نقاط",
    "vp, نقطه, نقاط",
    "prime, برايم",
    "plus, بلس",
    "stars, star, نجوم, نجمه,"
    " etoiles, etoile, yildiz, yildizlar, звезды, звезд, звезда, estrellas, estrella",
    "card, cards, بطاقه, بطاقات, كرت, كروت, carte, cartes, kart, karti, карта, карты, tarjeta,"
    " tarjetas",
    "gift, gifts, هديه, هدايا, cadeau, cadeaux, hediye, подарок, подарки, подарочная, regalo,"
    " regalos",
    "dollar, dollars, usd, دولار, доллар, доллары, долларов, dolares",
    "riyal, riyals, sar, ريال",
    "games, game, العاب, لعبه, قيم, jeux, jeu, oyun, oyunlar, игры, игра, juegos, juego",
    "verification, verify, verified, badge, توثيق, موثق,"
    " certification, dogrulama, верификация, галочка, verificacion",
    "unban, فك حظر, deban, debannir, разбан, desbanear",
    "ban, حظر",
    "numbers, number, ارقام, رقم, numeros, numero, numara, numaralar, номера, номер",
    "emails, email, ايميلات, ايميل, بريد, e posta, eposta, почта, почты, correo, correos",
    "check, checker, فحص, verifier, проверка",
    "list, قايمه, liste, lista",
    "sms, رسايل, رساله, смс",
    "indexing, index, ارشفه",
    "ranking, rank, ترتيب, classement, siralama",
    # Countries
    "saudi arabia, saudi, ksa, سعوديه, سعودي, سعوديين,"
    " arabie saoudite, suudi arabistan, suudi, саудовская аравия, arabia saudita",
    "uae, emirates, emirati, امارات, اماراتي, اماراتيين, emirats, оаэ, эмираты, emiratos",
    "kuwait, kuwaiti, كويت, كويتي, كويتيين, koweit, kuveyt, кувеит",
    "qatar, qatari, قطر, قطري, قطريين, katar, катар, catar",
    "bahrain, bahraini, بحرين, بحريني, بحرينيين",
    "oman, omani, عمان, عماني, عمانيين",
    "yemen, yemeni, يمن, يمني, يمنيين, иемен",
    "iraq, iraqi, عراق, عراقي, عراقيين, irak, irakien, ирак",
    "syria, syrian, سوريا, سوري, سوريين, syrie, suriye, сирия, siria",
    "lebanon, lebanese, لبنان, لبناني, لبنانيين, liban, lubnan, ливан, libano",
    "jordan, jordanian, اردن, اردني, اردنيين, jordanie, urdun, иордания, jordania",
    "palestine, palestinian, فلسطين, فلسطيني, فلسطينيين, filistin, палестина, palestina",
    "egypt, egyptian, مصر, مصري, مصريين, egypte, misir, египет, egipto",
    "sudan, sudanese, سودان, سوداني, سودانيين, soudan, судан",
    "libya, libyan, ليبيا, ليبي, ليبيين, libye, ливия, libia",
    "tunisia, tunisian, تونس, تونسي, تونسيين, tunisie, tunisien, tunisiens, tunus, тунис, tunez",
    "algeria, algerian, جزاير, جزايري, جزايريين,"
    " algerie, algerien, algeriens, cezayir, алжир, argelia",
    "morocco, moroccan, مغرب, مغربي, مغاربه, maroc, marocain, marocains, марокко, marruecos",
    "mauritania, موريتانيا, موريتاني",
    "turkey, turkiye, turkish, تركيا, تركي, اتراك, turquie, turc, turcs, turk, turkler, турция,"
    " турецкие, turquia, turcos",
    "iran, iranian, ايران, ايراني, ايرانيين, иран",
    "pakistan, pakistani, باكستان, باكستاني, пакистан",
    "india, indian, indians, هند, هندي, هنود, inde, indiens, hint, индия, индииские, indios",
    "indonesia, indonesian, اندونيسيا, اندونيسي, indonesie, endonezya, индонезия",
    "malaysia, malaysian, ماليزيا, ماليزي",
    "russia, russian, روسيا, روسي, روس, russie, russes, rusya, rus, россия, русские, русских,"
    " россииские, rusia, rusos",
    "usa, us, america, american, امريكا, امريكي, امريكان,"
    " etats unis, americains, abd, amerika, amerikan, сша, америка, американские, estados unidos,"
    " eeuu, americanos",
    "brazil, brazilian, برازيل, برازيلي, bresil, brezilya, бразилия, brasil",
    "germany, german, المانيا, الماني, المان,"
    " allemagne, allemands, almanya, alman, германия, немецкие, alemania, alemanes",
    "france, french, فرنسا, فرنسي,"
    " francais, fransa, fransiz, франция, французские, francia, franceses",
    "uk, britain, british, england, بريطانيا, بريطاني,"
    " royaume uni, angleterre, ingiltere, ingiliz, великобритания, англия, reino unido,"
    " inglaterra",
    "spain, spanish, اسبانيا, اسباني,"
    " espagne, espagnols, ispanya, испания, испанские, espana, espanoles",
    "italy, italian, ايطاليا, ايطالي, italie, italiens, italya, италия, italia",
    "korea, korean, كوريا, كوري, coree, kore, корея, corea",
)

POLITE = (
    "a, an, and, buy, can, for, from, get, give, hello, hi, how, i, in, id, is, me, my, need, of,"
    " on, order, please, service, services, some, the, to, want, with, you,"
    " ابغي, ابغا, ابي, اسعار, بغيت, بكم, حسابي, رشق, زياده, سعر, عاوز, عاوزه, عايزه, لحسابي,"
    " محتاج, نبي, اريد, احتاج, اشتري, الي, انا, بدي, حق, خدمه, خدمات, دي, رقم, شراء, عايز,"
    " على, عن, في, فيه, كم, لو, ليا, مع, ممكن, من, هل, و, ودي, يا,"
    " acheter, avec, besoin, commander, d, de, des, du, et, je, l, la, le, les, ma, mon, pour, sur,"
    " svp, un, une, veux, voudrais,"
    " al, almak, bana, da, icin, ile, istiyorum, lazim, lutfen, satin, ve,"
    " в, для, заказать, и, купить, мне, мои, моя, на, накрутить, накрутка, нужно, нужны, с, у,"
    " хочу, я,"
    " comprar, con, del, el, en, favor, las, los, mi, mis, necesito, para, pedir, por, quiero, y"
)
"""What people write around what they are looking for; not looked for where more was written."""
