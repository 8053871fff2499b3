<?php
/** Settings → Tresen Chat. options.php of WordPress checks nonce and capability when they are sent. */

defined('ABSPATH') || exit;

const TRESEN_CHAT_LANGUAGES = ['ar' => 'العربية', 'de' => 'Deutsch', 'en' => 'English', 'es' => 'Español', 'fr' => 'Français', 'pl' => 'Polski', 'tr' => 'Türkçe'];

/** The address of a gateway without a slash at its end; '' if it is none. http only on this machine. */
function tresen_chat_gateway(string $address): string
{
    $address = untrailingslashit(esc_url_raw(trim($address), ['https', 'http']));
    $parts = wp_parse_url($address);
    $host = $parts['host'] ?? '';
    $is_safe = ($parts['scheme'] ?? '') === 'https' || in_array($host, ['localhost', '127.0.0.1'], true);

    $has_more = array_intersect_key($parts ?: [], ['user' => 1, 'query' => 1, 'fragment' => 1]) !== [];

    return $host !== '' && $is_safe && !$has_more && strlen($address) <= 200 ? $address : '';
}

/** What may be stored of what was sent. */
function tresen_chat_sanitize($sent): array
{
    $sent = array_map(static fn ($value): string => is_string($value) ? trim($value) : '', is_array($sent) ? $sent : []) + TRESEN_CHAT_DEFAULTS;
    $clean = TRESEN_CHAT_DEFAULTS;
    $clean['gateway'] = tresen_chat_gateway($sent['gateway']);
    if ($clean['gateway'] === '' && $sent['gateway'] !== '') {
        add_settings_error('tresen_chat', 'gateway', __('The address of the gateway must begin with https://.', 'tresen-chat'));
    }
    foreach (['department' => '/^[a-z0-9-]{1,40}( [a-z0-9-]{1,40}){0,19}$/', 'color' => '/^#([0-9a-f]{3}){1,2}$/i', 'audience' => '/^[!-~]{1,100}$/'] as $name => $pattern) {
        if (preg_match($pattern . 'D', $sent[$name]) === 1) {
            $clean[$name] = $sent[$name];
        } elseif ($sent[$name] !== '') {
            /* translators: %s: the name of a field */
            add_settings_error('tresen_chat', $name, sprintf(__('What stands in "%s" cannot be used.', 'tresen-chat'), tresen_chat_labels()[$name]));
        }
    }
    $clean['lang'] = isset(TRESEN_CHAT_LANGUAGES[$sent['lang']]) ? $sent['lang'] : '';
    $clean['position'] = $sent['position'] === 'left' ? 'left' : 'right';
    $clean['identify'] = $sent['identify'] === '1' ? '1' : '';

    return $clean;
}

function tresen_chat_labels(): array
{
    return [
        'gateway' => __('Address of the gateway', 'tresen-chat'),
        'department' => __('Department', 'tresen-chat'),
        'lang' => __('Language', 'tresen-chat'),
        'color' => __('Colour', 'tresen-chat'),
        'position' => __('Corner', 'tresen-chat'),
        'identify' => __('Say who is logged in', 'tresen-chat'),
        'audience' => __('Audience', 'tresen-chat'),
    ];
}

function tresen_chat_select(string $name, string $value, array $choices): void
{
    printf('<select id="tresen-chat-%1$s" name="tresen_chat[%1$s]">', esc_attr($name));
    foreach ($choices as $choice => $label) {
        printf('<option value="%s"%s>%s</option>', esc_attr($choice), selected($value, (string) $choice, false), esc_html($label));
    }
    echo '</select>';
}

function tresen_chat_text(string $name, string $value, string $placeholder): void
{
    printf(
        '<input class="regular-text" type="text" id="tresen-chat-%1$s" name="tresen_chat[%1$s]" value="%2$s" placeholder="%3$s">',
        esc_attr($name),
        esc_attr($value),
        esc_attr($placeholder)
    );
}

function tresen_chat_field(string $name, string $value): void
{
    switch ($name) {
        case 'lang':
            tresen_chat_select($name, $value, ['' => __('That of the page', 'tresen-chat')] + TRESEN_CHAT_LANGUAGES);
            break;
        case 'position':
            tresen_chat_select($name, $value, ['right' => __('Right', 'tresen-chat'), 'left' => __('Left', 'tresen-chat')]);
            break;
        case 'identify':
            printf('<input type="checkbox" id="tresen-chat-identify" name="tresen_chat[identify]" value="1"%s>', checked($value, '1', false));
            echo '<p class="description">' . esc_html__('Needs a key of at least 32 characters in wp-config.php: define(\'TRESEN_CHAT_KEY\', \'…\'); the gateway has the same.', 'tresen-chat') . '</p>';
            break;
        case 'department':
            tresen_chat_text($name, $value, 'sales support');
            echo '<p class="description">' . esc_html__('Several with blanks between: visitors choose one.', 'tresen-chat') . '</p>';
            break;
        default:
            tresen_chat_text($name, $value, ['gateway' => 'https://chat.example.org', 'color' => '#2b5a8a'][$name] ?? '');
    }
}

function tresen_chat_page(): void
{
    if (!current_user_can('manage_options')) {
        return;
    }
    $options = tresen_chat_options();
    echo '<div class="wrap"><h1>' . esc_html(get_admin_page_title()) . '</h1><form action="options.php" method="post">';
    settings_fields('tresen_chat');
    echo '<table class="form-table" role="presentation">';
    foreach (tresen_chat_labels() as $name => $label) {
        printf('<tr><th scope="row"><label for="tresen-chat-%s">%s</label></th><td>', esc_attr($name), esc_html($label));
        tresen_chat_field($name, $options[$name]);
        echo '</td></tr>';
    }
    echo '</table>';
    submit_button();
    echo '</form></div>';
}

add_action('admin_init', function (): void {
    register_setting('tresen_chat', 'tresen_chat', ['type' => 'array', 'sanitize_callback' => 'tresen_chat_sanitize', 'default' => TRESEN_CHAT_DEFAULTS]);
});

add_action('admin_menu', function (): void {
    add_options_page(__('Tresen Chat', 'tresen-chat'), __('Tresen Chat', 'tresen-chat'), 'manage_options', 'tresen-chat', 'tresen_chat_page');
});
