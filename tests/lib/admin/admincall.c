#include "admin/admincall.h"
#include "admin/adminargv.h"
#include "tap.h"
#include <stdlib.h>

/* a request, and what comes of it: the status of a fault with its words, or the
 * form, who may, and the command */
static const struct {
	const char *method, *path, *query, *want;
} t[] = {
	{ "GET", "/v1/queue", "", "0 queue-see queue-list -l I/queue" },
	{ "GET", "/v1/queue", "state=held&to=a%40b&limit=5",
	    "0 queue-see queue-list -l I/queue state:held to:a@b" },
	{ "GET", "/v1/queue", "not.domain=x&from=",
	    "0 queue-see queue-list -l I/queue not:domain:x from:" },
	/* what looks like an option is none behind its kind */
	{ "GET", "/v1/queue", "to=-rf&domain=--help",
	    "0 queue-see queue-list -l I/queue to:-rf domain:--help" },
	{ "GET", "/v1/queue", "to=$(id);`id`%20|x",
	    "0 queue-see queue-list -l I/queue to:$(id);`id` |x" },
	{ "GET", "/v1/queue", "x=1", "! x: is no parameter of this call" },
	{ "GET", "/v1/queue", "-a=1", "! -a: is no parameter of this call" },
	{ "GET", "/v1/queue", "reason=1",
	    "! reason: is no parameter of this call" },
	{ "GET", "/v1/queue", "limit=0",
	    "! limit: must be a number from 1 to 1000" },
	{ "GET", "/v1/queue", "limit=1000",
	    "0 queue-see queue-list -l I/queue" },
	{ "GET", "/v1/queue", "limit=1001",
	    "! limit: must be a number from 1 to 1000" },
	{ "GET", "/v1/queue", "limit=1&limit=2", "! limit: stands twice" },
	{ "GET", "/v1/queue", "after=00000000000000000000.0",
	    "0 queue-see queue-list -l I/queue" },
	{ "GET", "/v1/queue", "after=x", "! after: must be what next was" },
	{ "GET", "/v1/queue", "after=00000000000000000000.",
	    "! after: must be what next was" },
	{ "GET", "/v1/queue/stats", "by=domain&by=state",
	    "0 queue-see queue-stat -l -n 1000 -b domain -b state -s I/queue" },
	{ "GET", "/v1/queue/stats", "columns=age",
	    "0 queue-see queue-stat -l -n 1000 I/queue" },
	{ "GET", "/v1/queue/stats", "columns=-x",
	    "0 queue-see queue-stat -l -n 1000 I/queue" },
	{ "GET", "/v1/queue/stats", "columns=%20",
	    "! columns: must be a word" },
	{ "GET", "/v1/why", "to=a@b.example",
	    "0 queue-see queue-why -l I/queue a@b.example" },
	{ "GET", "/v1/why", "to=-n@b", "! to: must be an address" },
	{ "GET", "/v1/why", "to=site:x", "! to: must be an address" },
	{ "GET", "/v1/why", "to=", "! to: must be an address" },
	{ "POST", "/v1/queue/hold", "domain=x",
	    "0 queue-change queue-ctl I/queue hold domain:x" },
	{ "POST", "/v1/queue/hold", "dry-run=1&all=1",
	    "0 queue-change queue-ctl -n I/queue hold all" },
	{ "POST", "/v1/queue/hold", "", "! say which: a selector, or all=1" },
	{ "POST", "/v1/queue/delete", "dry-run=1",
	    "! say which: a selector, or all=1" },
	{ "POST", "/v1/queue/bounce", "domain=x&for=2h&reason=a%20b=c",
	    "0 queue-change queue-ctl I/queue bounce domain:x for=2h "
	    "reason=a b=c" },
	{ "POST", "/v1/queue/bounce", "domain=x&for=-2h",
	    "! for: must be a time: 90s, 30m, 2h, 7d" },
	{ "POST", "/v1/queue/stop", "all=1", "404" },
	{ "GET", "/v1/queue/hold", "all=1", "405 POST" },
	{ "POST", "/v1/suspend", "site=x&via=bulk",
	    "0 queue-change queue-ctl I/queue suspend site:x via:bulk" },
	{ "POST", "/v1/resume", "id=1",
	    "0 queue-change queue-ctl I/queue resume id:1" },
	{ "GET", "/v1/messages/0123456789abcdefgh0j", "",
	    "0 see queue-list -a -l I/queue id:0123456789abcdefgh0j" },
	{ "DELETE", "/v1/messages/0123456789abcdefgh0j", "",
	    "0 cancel queue-ctl I/queue delete id:0123456789abcdefgh0j" },
	{ "PUT", "/v1/messages/0123456789abcdefgh0j", "", "405 GET, DELETE" },
	{ "GET", "/v1/messages/..", "", "400" },
	{ "GET", "/v1/messages/-h", "", "! id: must be a message's id" },
	{ "GET", "/v1/messages/%2e%2e", "", "400" },
	{ "GET", "/v1/messages/a%2fb", "", "400" },
	{ "GET", "/v1/messages/a%00b", "", "400" },
	{ "GET", "/v1/messages/a%0ab", "", "400" },
	{ "GET", "/v1/messages/", "", "404" },
	{ "GET", "/v1/messages/0123456789abcdefgh0j/", "", "404" },
	{ "GET", "/v1/messages/0123456789ABCDEFGHIJ", "",
	    "! id: must be a message's id" },
	{ "GET", "/v1/messages/0123456789abcdefgh0j", "id=x",
	    "! id: is no parameter of this call" },
	{ "GET", "/v1/messages/0123456789abcdefgh0j/content", "",
	    "0 see queue-show -m I/queue 0123456789abcdefgh0j" },
	{ "GET", "/v1/messages/0123456789abcdefgh0j/why", "",
	    "0 see queue-why -l I/queue 0123456789abcdefgh0j" },
	{ "POST", "/v1/messages/0123456789abcdefgh0j/retry", "",
	    "0 queue-change queue-ctl I/queue retry id:0123456789abcdefgh0j" },
	{ "GET", "/v1/messages", "key=-k",
	    "0 see log-show -n 1000000 a-final b-final" },
	{ "GET", "/v1/messages", "tag=x=y",
	    "0 see queue-list -a -l I/queue tag:x=y" },
	{ "GET", "/v1/log", "ev=sent&limit=9",
	    "0 log log-show -n 100000 a a-final b-final" },
	{ "GET", "/v1/log", "id=x", "! id: must be a message's id" },
	{ "GET", "/v1/statistics", "scale=day&last=7",
	    "0 statistics log-show -n 1000000 a-final b-final" },
	{ "POST", "/v1/config/undo", "",
	    "0 config-change conf-build -u I/conf" },
	{ "GET", "/v1/config/..%2flogins", "", "400" },
	{ "PATCH", "/v1/organisations/a", "state=off",
	    "0 orgs-change org-set" },
	{ "GET", "/api/queue/held", "",
	    "0 queue-see queue-list -l I/queue state:held" },
	{ "GET", "/api/queue/none", "", "400" },
	{ "GET", "/api/queue/stats", "",
	    "0 queue-see queue-stat -l -n 1000 -s I/queue" },
	{ "POST", "/api/queue/all/flush", "",
	    "0 queue-change queue-ctl I/queue retry all" },
	{ "GET", "", "", "404" },
	{ "GET", "/", "", "404" },
	{ "GET", "/v1", "", "404" },
	{ "GET", "//v1/queue", "", "404" },
	{ "GET", "*", "", "404" },
	{ "get", "/v1/queue", "", "405 GET" },
};

static const char *const logs[] = { "a", "a-final", "b-final", NULL };

static const char *
run(const char *method, const char *path, const char *query, const char *tenant)
{
	static char out[4096];
	struct adminplace place = { "I", logs, tenant };
	struct adminparams p = { .n = 0 };
	const struct admincall *c;
	struct adminargv a = { .n = 0 };
	char allow[ADMINCALL_ALLOW], why[ADMINPARAM_WHY_MAX];
	struct slice m = { method, strlen(method) };
	unsigned status, i;
	size_t n;

	adminparams_query(&p, (struct slice){ query, strlen(query) });
	status = admincall_find(m, (struct slice){ path, strlen(path) }, &p, &c,
	    allow);
	if (status != 0)
		snprintf(out, sizeof out, "%u%s%s", status,
		    status == 405 ? " " : "", status == 405 ? allow : "");
	else if (admincall_fault(c, &p, why, sizeof why) != NULL)
		snprintf(out, sizeof out, "! %s", why);
	else {
		n = snprintf(out, sizeof out, "0 %s", account_calls[c->call]);
		if (c->command != NULL)
			adminargv_make(&a, c->command, &place, &p);
		for (i = 0; i < a.n; i++)
			n +=
			    snprintf(out + n, sizeof out - n, " %s", a.argv[i]);
	}
	adminargv_free(&a);
	adminparams_free(&p);
	return out;
}

static const char id[] = "/v1/messages/0123456789abcdefgh0j";

static void
own(void)
{
	is_str(run("GET", "/v1/messages", "to=a", "acme"),
	    "0 see queue-list -a -l I/queue to:a tenant:acme", "his own");
	is_str(run("GET", "/v1/messages", "tenant=b&not.tenant=c", "acme"),
	    "0 see queue-list -a -l I/queue not:tenant:c tenant:acme",
	    "whatever he names");
	is_str(run("GET", "/v1/messages", "all=1", "acme"),
	    "0 see queue-list -a -l I/queue all tenant:acme", "of all, too");
	is_str(run("GET", id, "", "acme"),
	    "0 see queue-list -a -l I/queue id:0123456789abcdefgh0j "
	    "tenant:acme",
	    "a message");
	is_str(run("DELETE", id, "", "acme"),
	    "0 cancel queue-ctl I/queue delete id:0123456789abcdefgh0j "
	    "tenant:acme",
	    "and cancels it");
}

/* every row can be reached, and says what it must */
static void
rows(void)
{
	size_t i;
	unsigned bad = 0;

	for (i = 0; i < admincall_count; i++) {
		const struct admincall *c = &admincall_table[i];
		int whose = c->command != NULL &&
		    (strstr(c->command, "@id") != NULL ||
			strstr(c->command, "@select") != NULL);
		int logged = c->form == ADMINCALL_EVENTS ||
		    c->form == ADMINCALL_COUNTS || c->form == ADMINCALL_STATE ||
		    c->form == ADMINCALL_ME || c->form == ADMINCALL_EDIT;
		/* of his own alone: by the command, or looked at before */
		if (account_may(ACCOUNT_USER, c->call) == ACCOUNT_OWN &&
		    !whose && !logged && !c->owned)
			bad++;
		if (c->act == NULL && strcmp(c->method, "GET") != 0 &&
		    c->form != ADMINCALL_EDIT)
			bad++;
		if (c->act != NULL && strcmp(c->method, "GET") == 0)
			bad++;
	}
	is_num(bad, 0,
	    "who sees his own sees no other's; what changes is told");
}

int
main(void)
{
	char name[200];
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		snprintf(name, sizeof name, "%s %s?%s", t[i].method, t[i].path,
		    t[i].query);
		is_str(run(t[i].method, t[i].path, t[i].query, NULL), t[i].want,
		    name);
	}
	own();
	rows();
	return done();
}
