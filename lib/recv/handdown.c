#include "recv/handdown.h"
#include "base/die.h"
#include "base/exit.h"
#include <stdlib.h>
#include <string.h>

void
handdown_fix(struct inbound *in, const char *confdir)
{
	char *const *next = in->next.argv;
	char **argv;
	size_t n = 0;

	for (; next[n] != NULL; n++)
		if (strcmp(basename(next[n]), "mail-fix") == 0)
			return;
	argv = calloc(n + 4, sizeof *argv);
	if (argv == NULL || (argv[2] = strdup(confdir)) == NULL)
		die(EXIT_TEMP, "out of memory");
	argv[0] = "mail-fix";
	argv[1] = "-C";
	memcpy(argv + 3, next, n * sizeof *argv);
	handover_init(&in->fixed, argv, in->next.n_chains);
	ownfix_open(&in->own, confdir, in->config.host);
	in->completes = 1;
}

int
handdown_put(struct inbound *in, struct incoming *l, int inside)
{
	struct handover *to = &in->next;

	if (inside && in->completes)
		switch (ownfix_letter(&in->own, l)) {
		case OWNFIX_FULL: return -1;
		case OWNFIX_LINK:
			to = &in->fixed;
			handover_start(to);
			break;
		case OWNFIX_DONE: break;
		}
	return handover_put(to, &l->item);
}

void
handdown_close(struct inbound *in)
{
	handover_close(&in->next);
	handover_close(&in->fixed);
}

int
handdown_ended(const struct inbound *in)
{
	return handover_ended(&in->next) && handover_ended(&in->fixed);
}
