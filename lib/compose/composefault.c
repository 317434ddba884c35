#include "compose/composefault.h"
#include <stdio.h>
#include <string.h>

int
composefault_say(struct compose_fault *f, const char *why)
{
	f->path[0] = '\0';
	f->memory = 0;
	snprintf(f->why, sizeof f->why, "%s", why);
	return -1;
}

int
composefault_memory(struct compose_fault *f)
{
	composefault_say(f, "out of memory");
	f->memory = 1;
	return -1;
}

static int
prepend(struct compose_fault *f, const char *piece)
{
	size_t n = strlen(piece), have = strlen(f->path);

	if (n + have >= sizeof f->path)
		return -1;
	memmove(f->path + n, f->path, have + 1);
	memcpy(f->path, piece, n);
	return -1;
}

int
composefault_in(struct compose_fault *f, const char *name)
{
	char piece[COMPOSEFAULT_NAME_LEN + 2];
	size_t i;

	for (i = 0; i < COMPOSEFAULT_NAME_LEN && name[i] != '\0'; i++)
		piece[i] = name[i] > ' ' && name[i] <= '~' ? name[i] : '?';
	if (f->path[0] != '\0' && f->path[0] != '[')
		piece[i++] = '.';
	piece[i] = '\0';
	return prepend(f, piece);
}

int
composefault_at(struct compose_fault *f, size_t index)
{
	char piece[32];

	snprintf(piece, sizeof piece, "[%zu]%s", index,
	    f->path[0] != '\0' && f->path[0] != '[' ? "." : "");
	return prepend(f, piece);
}
