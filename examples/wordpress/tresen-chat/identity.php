<?php
/**
 * Who is logged in, as a JWT that the gateway checks (docs/PROTOCOL.md section 19). The key stands in wp-config.php and
 * nowhere else: define('TRESEN_CHAT_KEY', '…'). The page holds no JWT, so it may be cached; the chat asks for one when it needs one.
 */

defined('ABSPATH') || exit;

const TRESEN_CHAT_LIFETIME = 300;
const TRESEN_CHAT_LEFT = 'tresen_chat_left';

function tresen_chat_identifies(array $options): bool
{
    return $options['identify'] === '1' && defined('TRESEN_CHAT_KEY') && strlen(TRESEN_CHAT_KEY) >= 32;
}

/** HS256. The number of an account never becomes somebody else's, unlike a name or an address. */
function tresen_chat_jwt(string $key, string $audience, WP_User $user, int $now): string
{
    $url = static fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    $claims = [
        'sub' => (string) $user->ID,
        'aud' => $audience,
        'iat' => $now,
        'exp' => $now + TRESEN_CHAT_LIFETIME,
        'name' => $user->display_name,
        'email' => $user->user_email,
    ];
    $text = $url(wp_json_encode(['alg' => 'HS256', 'typ' => 'JWT'])) . '.' . $url(wp_json_encode($claims));

    return $text . '.' . $url(hash_hmac('sha256', $text, $key, true));
}

/** What the page says to the chat: a way to a fresh JWT, or, once, that somebody has logged out here. */
function tresen_chat_identity_script(): string
{
    $script = 'window.tresen = window.tresen || function () { (tresen.q = tresen.q || []).push(arguments); };' . "\n";
    if (!is_user_logged_in()) {
        return $script . sprintf(
            'if (document.cookie.includes(%1$s)) { document.cookie = %2$s; tresen("logout"); }',
            wp_json_encode(TRESEN_CHAT_LEFT . '=1'),
            wp_json_encode(TRESEN_CHAT_LEFT . '=; max-age=0; path=' . COOKIEPATH)
        );
    }
    $question = [
        'url' => admin_url('admin-ajax.php'),
        'body' => http_build_query(['action' => 'tresen_chat_identity', '_ajax_nonce' => wp_create_nonce('tresen-chat-identity')]),
    ];

    return $script . sprintf(
        'tresen("identify", async () => { const { url, body } = %s;' .
        ' const answer = await fetch(url, { method: "POST", body: new URLSearchParams(body) });' .
        ' if (!answer.ok) throw new Error(answer.status); return (await answer.json()).data.jwt; });',
        wp_json_encode($question, JSON_HEX_TAG | JSON_HEX_AMP)
    );
}

/** Only for who is logged in: there is no wp_ajax_nopriv_ beside it. */
add_action('wp_ajax_tresen_chat_identity', function (): void {
    check_ajax_referer('tresen-chat-identity');
    $options = tresen_chat_options();
    if (!tresen_chat_identifies($options)) {
        wp_send_json_error(null, 404);
    }
    nocache_headers();
    wp_send_json_success(['jwt' => tresen_chat_jwt(TRESEN_CHAT_KEY, $options['audience'], wp_get_current_user(), time())]);
});

/** The next page tells the chat, so that this device forgets the conversation. */
add_action('wp_logout', function (): void {
    if (tresen_chat_identifies(tresen_chat_options())) {
        setcookie(TRESEN_CHAT_LEFT, '1', ['expires' => time() + HOUR_IN_SECONDS, 'path' => COOKIEPATH, 'secure' => is_ssl(), 'samesite' => 'Lax']);
    }
});
