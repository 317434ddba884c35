/* a request to http-admin as its command: METHOD PATH?QUERY, a LF, and JSON.  Each word
 * but those of the table has its kind in front, or is an id or an address. */
#include "admin/adminargv.h"
#include "admin/admincall.h"
#include "conf/word.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct adminargv *a)
{
	unsigned i;

	for (i = 1; i < a->n; i++)
		/* options are those of the table */
		if (a->argv[i][0] == '-' &&
		    (strlen(a->argv[i]) != 2 ||
			strchr("alnmbstu", a->argv[i][1]) == NULL))
			if (strcmp(a->argv[i - 1], "-b") != 0)
				abort();
}

static void
run(struct adminparams *p, struct slice method, struct slice path)
{
	static const char *const logs[] = { "a", "b-final", NULL };
	struct adminplace place = { "I", logs, "acme" };
	struct adminargv a = { .n = 0 };
	const struct admincall *c;
	char allow[ADMINCALL_ALLOW], why[ADMINPARAM_WHY_MAX];

	if (admincall_find(method, path, p, &c, allow) != 0 ||
	    admincall_fault(c, p, why, sizeof why) != NULL ||
	    c->command == NULL)
		return;
	if (adminargv_make(&a, c->command, &place, p) == 0)
		check(&a);
	adminargv_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t n)
{
	struct slice rest = { (const char *)in, n }, line, method, path;
	struct adminparams p = { .n = 0 };

	if (!word_piece(&rest, '\n', &line) ||
	    !word_piece(&line, ' ', &method) || !word_piece(&line, '?', &path))
		return 0;
	if (adminparams_query(&p, line) == 0 &&
	    (rest.n == 0 || adminparams_json(&p, rest.p, rest.n) == 0))
		run(&p, method, path);
	adminparams_free(&p);
	return 0;
}
