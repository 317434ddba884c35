#include "stage/exitmap.h"
#include "base/exit.h"
#include "base/num.h"
#include "conf/word.h"
#include <string.h>

void
exitmap_init(struct exitmap *m)
{
	memset(m, 0, sizeof *m);
	m->action[EXIT_OK].what = EXITMAP_PASS;
	m->action[EXIT_PERM].what = EXITMAP_REJECT;
}

static int
is_tag(const char *t)
{
	const char *eq = strchr(t, '='), *p;

	if (eq == NULL || !word_name(t, (size_t)(eq - t)))
		return 0;
	for (p = eq + 1; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return 0;
	return strlen(t) <= WORD_DOMAIN_MAX;
}

const char *
exitmap_rule(struct exitmap *m, const char *rule)
{
	const char *eq = strchr(rule, '=');
	struct exitmap_action a = { EXITMAP_DEFER, NULL };
	uint64_t status;

	if (eq == NULL ||
	    num_scan(rule, (size_t)(eq - rule), 0, 255, &status) == -1)
		return "want an exit status from 0 to 255, =, and what to do";
	if (strcmp(eq, "=pass") == 0)
		a.what = EXITMAP_PASS;
	else if (strcmp(eq, "=reject") == 0)
		a.what = EXITMAP_REJECT;
	else if (strncmp(eq, "=tag:", 5) == 0)
		a = (struct exitmap_action){ EXITMAP_TAG, eq + 5 };
	else if (strcmp(eq, "=discard") == 0)
		return "mail that was accepted is not dropped: reject it";
	else if (strcmp(eq, "=defer") != 0)
		return "want pass, reject, defer or tag:NAME=VALUE";
	if (a.what == EXITMAP_TAG && !is_tag(a.tag))
		return "want tag:NAME=VALUE";
	m->action[status] = a;
	return NULL;
}

const char *
exitmap_word(enum exitmap_do what)
{
	static const char *const word[] = { "defer", "pass", "reject", "tag" };

	return word[what];
}
