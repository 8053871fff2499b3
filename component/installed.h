/* installed.h - what was installed with this program. */
#pragma once

/* The absolute path of what lies there, relative to the program's folder
 * ("../share/tresen/widget"); NULL: nothing does. free() it. */
char *installed_path_dup(const char *relative);
