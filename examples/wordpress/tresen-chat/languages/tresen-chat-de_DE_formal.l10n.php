<?php
return ['language' => 'de_DE_formal'] + require __DIR__ . '/tresen-chat-de_DE.l10n.php';
