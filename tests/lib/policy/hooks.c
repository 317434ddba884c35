/* what several policy servers say together */
#include "policy/hooks.h"
#include "base/die.h"
#include "cdbfile.h"
#include "tap.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* one server for each rule, by its line: what it answers, NULL: nothing */
static const char *says[HOOKRULE_MAX + 1];
static char heard[HOOKRULE_MAX + 1][400];

struct peer {
	struct wire wire;
	unsigned line;
};
static struct peer peers[100];
static unsigned n_peers;

static size_t
on_request(void *arg, const char *text, size_t n)
{
	struct peer *p = arg;
	size_t len = policytext_block(text, n);
	char t[300];

	if (len == 0)
		return 0;
	snprintf(heard[p->line], sizeof heard[0], "%.*s", (int)len, text);
	if (says[p->line] != NULL)
		wire_put(&p->wire, t,
		    (size_t)snprintf(t, sizeof t, "action=%s\n\n",
			says[p->line]));
	return len;
}

static void
on_ended(void *arg, int err)
{
	(void)err;
	wire_close(&((struct peer *)arg)->wire);
}

static const struct wire_ops ops = { on_request, on_ended, on_ended, NULL };

static int
connect_it(const struct hookrule *r, int64_t *handle)
{
	struct peer *peer = &peers[n_peers++];
	int p[2];

	*handle = 0;
	needs(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
	    p));
	peer->line = r->line;
	wire_open(&peer->wire, p[1], p[1], &ops, peer);
	return p[0];
}

static void
kill_it(int64_t handle)
{
	(void)handle;
}

static const struct hookpool_by by = { connect_it, kill_it };

static char dir[] = "/tmp/rohrpost-hooks.XXXXXX", path[64];
static struct hooks hooks;
static char outcome[2000];

static void
on_done(void *arg, const struct hookask *k, const struct hookverdict *v)
{
	struct policyaction a;
	unsigned i = 0, line;
	size_t n;

	(void)arg;
	n = (size_t)snprintf(outcome, sizeof outcome, "%u %s %s", v->code,
	    v->code > 0 ? v->esc : "", v->code > 0 ? v->text : "");
	while (hooks_wish(k, &i, &a, &line))
		n += (size_t)snprintf(outcome + n, sizeof outcome - n,
		    "; %u %s %.*s", line, policyaction_word(a.kind),
		    (int)a.text.n, a.text.p);
	loop_stop();
}

static const char *
ask(enum hookrule_stage stage, int ours)
{
	struct slice request = { "request=x\n", 10 };
	struct hookask *k;

	outcome[0] = '\0';
	k = hooks_ask(&hooks, stage, ours, request, on_done, NULL);
	if (k == NULL)
		return "nobody";
	loop_run();
	return outcome;
}

/* what 1, 2 and 3 say, and what comes of it; 3 has else=go */
static const struct {
	const char *says[3], *want;
} cases[] = {
	{ { "DUNNO", "OK", "DUNNO" }, "0  " },
	{ { "DUNNO", "REJECT no", "DUNNO" }, "554 5.7.1 no" },
	{ { "REJECT one", "REJECT two", "450 three" }, "554 5.7.1 one" },
	{ { "DUNNO", "450 4.7.9 two", "REJECT three" }, "450 4.7.9 two" },
	{ { "DEFER_IF_PERMIT later", "DUNNO", "OK" }, "450 4.7.1 later" },
	{ { "DEFER_IF_PERMIT later", "DUNNO", "REJECT no" }, "554 5.7.1 no" },
	{ { "DEFER_IF_PERMIT a", "DEFER_IF_PERMIT b", "OK" }, "450 4.7.1 a" },
	{ { "DEFER_IF_REJECT x", "REJECT no", "OK" }, "450 4.7.1 no" },
	{ { "REJECT no", "DEFER_IF_REJECT x", "OK" }, "554 5.7.1 no" },
	{ { "DEFER_IF_REJECT x", "OK", "OK" }, "0  " },
	{ { "REJECT", "OK", "OK" }, "554 5.7.1 refused" },
	{ { "DEFER", "OK", "OK" }, "450 4.7.1 try again later" },
	{ { "FILTER x", "REJECT no", "OK" },
	    "451 4.3.5 a policy server is out of order, try again later" },
	{ { "OK", "OK", "nonsense" },
	    "451 4.3.5 a policy server is out of order, try again later" },
	{ { "OK", "OK", NULL }, "0  " },
	{ { NULL, "REJECT no", "OK" },
	    "451 4.3.5 a policy server does not answer, try again later" },
	{ { "OK", "REJECT no", NULL }, "554 5.7.1 no" },
	{ { "PREPEND A: b", "HOLD", "BCC a@b.example" },
	    "0  ; 1 prepend A: b; 2 hold ; 3 bcc a@b.example" },
	{ { "WARN w", "REJECT no", "INFO i" }, "554 5.7.1 no; 1 warn w" },
};

static void
test_cases(void)
{
	char name[20];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		memcpy(says + 1, cases[i].says, sizeof cases[i].says);
		snprintf(name, sizeof name, "case %zu", i);
		is_str(ask(HOOKRULE_RCPT, 0), cases[i].want, name);
	}
}

static void
test_who(void)
{
	says[1] = says[2] = says[3] = says[4] = "OK";
	is_str(ask(HOOKRULE_DATA, 0), "nobody", "no rule of this stage");
	is_str(ask(HOOKRULE_RCPT, 1), "nobody", "ours are not asked about");
	is_str(ask(HOOKRULE_MAIL, 1), "0  ", "unless the rule says so");
	is_str(heard[4], "request=x\npolicy_context=some thing\n\n",
	    "what it is asked");
	is_num(hooks_has(&hooks, HOOKRULE_RCPT, 0), 1, "asked at RCPT");
	is_num(hooks_has(&hooks, HOOKRULE_RCPT, 1), 0, "but not ours");
	is_num(hooks_has(&hooks, HOOKRULE_END, 0), 0, "nor at the end");
}

/* another table, at once */
static void
renew(const char *text)
{
	cdbfile(dir, &conffile_hooks, text);
	hooks.checked_ms = hooks.table.table.checked_ms = -TABLE_CHECK_MS;
}

static void
test_renewed(void)
{
	struct slice request = { "request=x\n", 10 };
	struct hookask *k, *gone;

	says[1] = "REJECT old";
	gone = hooks_ask(&hooks, HOOKRULE_RCPT, 0, request, on_done, NULL);
	k = hooks_ask(&hooks, HOOKRULE_RCPT, 0, request, on_done, NULL);
	renew("rcpt unix:/new\n");
	is_str(ask(HOOKRULE_MAIL, 1), "nobody", "new rules are in force");
	hooks_cancel(gone);
	ok(k != NULL, "one still waits by the old ones");
	if (outcome[0] == '\0')
		loop_run();
	is_str(outcome, "554 5.7.1 old", "and has its answer by them");
	cdbfile_bytes(dir, "hooks", "nonsense", 8);
	hooks.checked_ms = hooks.table.table.checked_ms = -TABLE_CHECK_MS;
	says[1] = "REJECT new";
	is_str(ask(HOOKRULE_RCPT, 0), "554 5.7.1 new",
	    "a damaged table changes nothing");
}

static void
test_damaged(void)
{
	static struct hooks h;
	struct slice request = { "request=x\n", 10 };

	hooks_open(&h, dir, &by);
	outcome[0] = '\0';
	ok(hooks_ask(&h, HOOKRULE_MAIL, 1, request, on_done, NULL) != NULL,
	    "a damaged one at the start holds for all");
	loop_run();
	is_str(outcome,
	    "451 4.3.5 a policy server does not answer, try again later",
	    "who are put off");
	unlink(path);
	hooks_open(&h, dir, NULL);
	is_num(h.stages, 0, "no table is no rules");
	renew("rcpt unix:/new\n");
	h.checked_ms = h.table.table.checked_ms = -TABLE_CHECK_MS;
	hooks_look(&h);
	is_num(h.stages, 0, "nor is one that comes when there is no way");
}

int
main(int argc, char **argv)
{
	(void)argc;
	prog_init(argv);
	need(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/hooks.cdb", dir);
	cdbfile(dir, &conffile_hooks,
	    "rcpt unix:/a wait=1s\nrcpt unix:/b wait=1s\n"
	    "rcpt unix:/c wait=1s else=go\n"
	    "mail unix:/d who=all context=\"some thing\"\n");
	hooks_open(&hooks, dir, &by);
	test_cases();
	test_who();
	test_renewed();
	test_damaged();
	unlink(path);
	rmdir(dir);
	return done();
}
