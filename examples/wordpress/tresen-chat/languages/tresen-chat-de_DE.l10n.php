<?php
return [
    'domain' => 'tresen-chat',
    'language' => 'de_DE',
    'messages' => [
        'Puts the chat of a Tresen gateway into every page, and can say who is logged in.' => 'Fügt den Chat eines Tresen-Gateways in jede Seite ein und kann sagen, wer angemeldet ist.',
        'The address of the gateway must begin with https://.' => 'Die Adresse des Gateways muss mit https:// beginnen.',
        'What stands in "%s" cannot be used.' => 'Was in „%s“ steht, kann nicht verwendet werden.',
        'Address of the gateway' => 'Adresse des Gateways',
        'Department' => 'Abteilung',
        'Language' => 'Sprache',
        'Colour' => 'Farbe',
        'Corner' => 'Ecke',
        'Say who is logged in' => 'Sagen, wer angemeldet ist',
        'Audience' => 'Empfänger (Audience)',
        'That of the page' => 'Die der Seite',
        'Right' => 'Rechts',
        'Left' => 'Links',
        'Needs a key of at least 32 characters in wp-config.php: define(\'TRESEN_CHAT_KEY\', \'…\'); the gateway has the same.' => 'Braucht einen Schlüssel von mindestens 32 Zeichen in der wp-config.php: define(\'TRESEN_CHAT_KEY\', \'…\'); das Gateway hat denselben.',
        'Several with blanks between: visitors choose one.' => 'Mehrere mit Leerzeichen dazwischen: Besucher wählen eine aus.',
        'Tresen Chat' => 'Tresen-Chat',
    ],
];
