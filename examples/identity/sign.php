<?php
// Signs who is logged in (HS256). The key is the first line of a file that only the web server reads.
function tresen_identity(string $keyFile, string $subject, array $more = [], string $audience = 'default'): string
{
    $url = fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    $key = strtok(file_get_contents($keyFile), "\r\n");
    $now = time();
    $text = $url(json_encode(['alg' => 'HS256', 'typ' => 'JWT'])) . '.'
        . $url(json_encode(['sub' => $subject, 'aud' => $audience, 'iat' => $now, 'exp' => $now + 300] + $more));

    return $text . '.' . $url(hash_hmac('sha256', $text, $key, true));
}

// In the page, as a script's argument: json_encode(tresen_identity('/etc/shop/identity.key', $customer->number)).
if (PHP_SAPI === 'cli' && isset($argv[2])) {
    echo tresen_identity($argv[1], $argv[2], json_decode($argv[3] ?? '{}', true)), "\n";
}
