/*
 * What the conformance runner takes from glibc 2.38 and libstdc++ 13, for machines that have older ones. Preloaded by
 * older_glibc.mjs.
 */
#include <stdlib.h>

/* The same functions under the names that they have for C23, which reads binary numbers too. */
long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }
long long __isoc23_strtoll(const char *text, char **end, int base) { return strtoll(text, end, base); }
unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }
unsigned long long __isoc23_strtoull(const char *text, char **end, int base) { return strtoull(text, end, base); }

/* Never called: by naming it a program asks for the part of libstdc++ that opens std::cout. */
void _ZSt21ios_base_library_initv(void) {}

/* The testees that the runner starts have all their symbols. */
__attribute__((constructor)) static void leave_children_alone(void) { unsetenv("LD_PRELOAD"); }
