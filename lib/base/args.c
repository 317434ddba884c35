#include "base/args.h"
#include <stddef.h>
#include <string.h>

char **
args_block(char **argv)
{
	unsigned depth = 1;
	char **a;

	for (a = argv; *a != NULL; a++) {
		if (strcmp(*a, "{") == 0)
			depth++;
		else if (strcmp(*a, "}") == 0 && --depth == 0)
			break;
	}
	if (*a == NULL || a == argv)
		return NULL;
	*a = NULL;
	return a + 1;
}
