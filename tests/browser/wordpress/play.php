<?php
// Plays examples/wordpress/tresen-chat without WordPress: the few functions that it calls, as WordPress describes them, and
// one act of it. php play.php ACT JSON → JSON. Not a WordPress: what is escaped, asked for and refused is seen, not the rest.
error_reporting(E_ALL);
set_error_handler(static function (int $level, string $words, string $file, int $line): bool {
    throw new ErrorException($words, 0, $level, $file, $line);
});

const PLUGIN = __DIR__ . '/../../../examples/wordpress/tresen-chat';
const ABSPATH = '/';
const COOKIEPATH = '/';
const HOUR_IN_SECONDS = 3600;
[, $act, $given] = $argv;
$given = json_decode($given, true) + ['options' => [], 'user' => null, 'can' => true, 'key' => null, 'locale' => 'en_US', 'nonce' => '', 'sent' => []];
$hooks = $scripts = $errors = $settings = $pages = $deleted = $untranslated = [];
if ($given['key'] !== null) {
    define('TRESEN_CHAT_KEY', $given['key']);
}
$l10n = $given['locale'] === 'en_US' ? [] : (require PLUGIN . "/languages/tresen-chat-{$given['locale']}.l10n.php")['messages'];

class WP_User
{
    public $ID;
    public $display_name;
    public $user_email;

    public function __construct(array $values)
    {
        [$this->ID, $this->display_name, $this->user_email] = $values;
    }
}

class Ended extends Exception
{
}

function add_action(string $hook, callable $act): void
{
    $GLOBALS['hooks'][$hook][] = $act;
}
function add_filter(string $hook, callable $act): void
{
    add_action($hook, $act);
}
function fire(string $hook, $value = null)
{
    foreach ($GLOBALS['hooks'][$hook] ?? [] as $act) {
        $value = $act($value);
    }

    return $value;
}
function get_option(string $name, $default)
{
    return $name === 'tresen_chat' ? $GLOBALS['given']['options'] : $default;
}
function delete_option(string $name): void
{
    $GLOBALS['deleted'][] = $name;
}
function __(string $text, string $domain): string
{
    global $l10n;
    if ($domain !== 'tresen-chat' || ($l10n && !isset($l10n[$text]))) {
        $GLOBALS['untranslated'][] = $text;
    }

    return $l10n[$text] ?? $text;
}
function esc_html(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}
function esc_attr(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}
function esc_html__(string $text, string $domain): string
{
    return esc_html(__($text, $domain));
}
function esc_url_raw(string $url, array $schemes): string
{
    $url = preg_replace('/[^a-z0-9-~+_.?#=!&;,\/:%@$|*\'()\[\]]/i', '', $url);

    return in_array(strtolower((string) parse_url($url, PHP_URL_SCHEME)), $schemes, true) ? $url : '';
}
function wp_parse_url(string $url)
{
    return parse_url($url);
}
function untrailingslashit(string $text): string
{
    return rtrim($text, '/\\');
}
function selected($one, $other, bool $echo): string
{
    return $one === $other ? ' selected="selected"' : '';
}
function checked($one, $other, bool $echo): string
{
    return $one === $other ? ' checked="checked"' : '';
}
function add_settings_error(string $setting, string $code, string $words): void
{
    $GLOBALS['errors'][] = [$code, $words];
}
function register_setting(string $group, string $name, array $arguments): void
{
    $GLOBALS['settings'][$name] = $arguments;
}
function settings_fields(string $group): void
{
    echo "<input type=\"hidden\" name=\"_wpnonce\" value=\"nonce-of-$group-options\">";
}
function submit_button(): void
{
    echo '<button>Save</button>';
}
function add_options_page(string $title, string $menu, string $capability, string $slug, callable $page): void
{
    $GLOBALS['pages'][$slug] = [$capability, $page];
}
function get_admin_page_title(): string
{
    return __('Tresen Chat', 'tresen-chat');
}
function current_user_can(string $capability): bool
{
    return $capability === 'manage_options' && $GLOBALS['given']['can'];
}
function is_user_logged_in(): bool
{
    return $GLOBALS['given']['user'] !== null;
}
function wp_get_current_user(): WP_User
{
    return new WP_User($GLOBALS['given']['user']);
}
function wp_json_encode($value, int $flags = 0): string
{
    return json_encode($value, $flags);
}
function admin_url(string $path): string
{
    return "/wp-admin/$path";
}
function wp_create_nonce(string $action): string
{
    return "nonce-of-$action";
}
function check_ajax_referer(string $action): void
{
    if ($GLOBALS['given']['nonce'] !== wp_create_nonce($action)) {
        throw new Ended('-1');
    }
}
function wp_send_json_error($value, int $status): void
{
    throw new Ended((string) $status);
}
function wp_send_json_success(array $value): void
{
    echo json_encode(['success' => true, 'data' => $value]);
}
function nocache_headers(): void
{
}
function is_ssl(): bool
{
    return true;
}
function plugin_basename(string $file): string
{
    return 'tresen-chat/' . basename($file);
}
function load_plugin_textdomain(string $domain, bool $deprecated, string $folder): void
{
    if (!is_dir(dirname(PLUGIN) . "/$folder")) {
        throw new LogicException("there is no $folder");
    }
}
function wp_enqueue_script(string $handle, string $src, array $needs, $version, array $arguments): void
{
    $GLOBALS['scripts'][$handle] = ['src' => $src, 'before' => ''] + $arguments;
}
function wp_add_inline_script(string $handle, string $script, string $position): void
{
    $GLOBALS['scripts'][$handle][$position] .= $script;
}
/** As WordPress 6.5 prints what was enqueued. */
function print_scripts(): void
{
    foreach ($GLOBALS['scripts'] as $handle => $script) {
        if ($script['before'] !== '') {
            echo "<script id=\"$handle-js-before\">\n{$script['before']}\n</script>\n";
        }
        $attributes = fire('wp_script_attributes', ['src' => $script['src'], 'id' => "$handle-js", $script['strategy'] => true, 'data-wp-strategy' => $script['strategy']]);
        echo '<script';
        foreach ($attributes as $name => $value) {
            echo $value === true ? " $name" : sprintf(' %s="%s"', $name, esc_attr($value));
        }
        echo "></script>\n";
    }
}

$ended = null;
$more = [];
ob_start();
try {
    if ($act === 'uninstall') {
        define('WP_UNINSTALL_PLUGIN', 'tresen-chat/tresen-chat.php');
        require PLUGIN . '/uninstall.php';
    } else {
        require PLUGIN . '/tresen-chat.php';
        fire('init');
    }
    switch ($act) {
        case 'page':
            fire('wp_enqueue_scripts');
            print_scripts();
            break;
        case 'settings':
            fire('admin_init');
            fire('admin_menu');
            $more = ['capability' => $pages['tresen-chat'][0]];
            $pages['tresen-chat'][1]();
            break;
        case 'save':
            fire('admin_init');
            $more = ['saved' => $settings['tresen_chat']['sanitize_callback']($given['sent'])];
            break;
        case 'ajax':
            fire('wp_ajax_tresen_chat_identity');
            break;
        case 'logout':
            fire('wp_logout');
            break;
    }
} catch (Ended $end) {
    $ended = $end->getMessage();
}
$printed = ob_get_clean();
echo json_encode(['printed' => $printed, 'ended' => $ended, 'errors' => $errors, 'deleted' => $deleted, 'untranslated' => $untranslated,
    'anonymous' => isset($hooks['wp_ajax_nopriv_tresen_chat_identity'])] + $more);
