/* each role and each act, on its own organisation and on another: what comes of
 * it; and what lists show */
#include "account/accountedit.h"
#include "account/accountfind.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/accountedit.XXXXXX";
static struct accountdb db;
static struct accountwire_answer a;
static struct accountwire_question q;
static struct accountedit e;
static struct account_actor local = { .local = 1, .name = "root" };

static struct slice
slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

/* "LABEL:VALUE ..." */
static void
set_words(char *words)
{
	char *word, *colon;
	int i;

	memset(&q, 0, sizeof q);
	q.what = ACCOUNTWIRE_EDIT;
	while ((word = strsep(&words, " ")) != NULL) {
		colon = strchr(word, ':');
		*colon = '\0';
		for (i = 0; strcmp(accountwire_labels[i], word) != 0; i++)
			;
		q.value[i] = slice(colon + 1);
	}
}

/* what comes of it; undone when not to be kept */
static enum accountwire_status
run(const struct account_actor *who, const char *words, int keep)
{
	static char copy[5000];

	snprintf(copy, sizeof copy, "%s", words);
	set_words(copy);
	memset(&a, 0, sizeof a);
	buf_free(&e.out);
	memset(&e, 0, sizeof e);
	e.db = &db;
	e.actor = who;
	e.q = &q;
	e.hash = q.value[ACCOUNTWIRE_SECRET].p == NULL ? NULL : "$hash";
	e.now_s = 1000;
	e.a = &a;
	accountedit_run(&e);
	if (e.open && keep)
		accountedit_end(&e);
	else if (e.open)
		accountedit_undo(&e);
	return a.status;
}

/*
 * Acts, and what comes of each by role: admin operator orgadmin user readonly,
 * y ok, - denied, n there is none.  Who asks is in acme, where are a user of each
 * role, named after it, and keys 1 to 5 of these.
 */
static const struct {
	const char *words, *want;
} table[] = {
	{ "act:org-add org:new", "y----" },
	{ "act:org-set org:acme senders:*", "y----" },
	{ "act:org-set org:acme state:off", "y----" },
	{ "act:org-set org:globex tenant:acme", "y----" },
	{ "act:org-del org:globex", "y----" },
	{ "act:org-del org:acme", "-----" },
	{ "act:org-list", "y-y--" },
	{ "act:org-list org:acme", "y-y--" },
	{ "act:org-list org:globex", "y----" },
	{ "act:user-list", "y-y--" },
	{ "act:user-list org:acme", "y-y--" },
	{ "act:user-list org:ACME", "y-y--" },
	{ "act:user-list org:globex", "y----" },
	{ "act:user-add name:x role:admin", "y----" },
	{ "act:user-add name:x role:operator", "y----" },
	{ "act:user-add name:x role:orgadmin", "y-y--" },
	{ "act:user-add name:x role:user secret:s", "y-y--" },
	{ "act:user-add name:x role:readonly", "y-y--" },
	{ "act:user-add org:globex name:x role:user", "y----" },
	{ "act:user-set name:admin secret:s", "y----" },
	{ "act:user-set name:operator secret:s", "y----" },
	{ "act:user-set name:orgadmin secret:s", "y-y--" },
	{ "act:user-set name:user secret:s", "y-y--" },
	{ "act:user-set name:readonly state:off", "y-y--" },
	{ "act:user-set name:user role:admin", "y----" },
	{ "act:user-set name:user role:operator", "y----" },
	{ "act:user-set name:user role:orgadmin", "y-y--" },
	{ "act:user-set name:admin role:user", "y----" },
	{ "act:user-set org:globex name:other role:user", "y----" },
	{ "act:user-del name:admin", "y----" },
	{ "act:user-del name:operator", "y----" },
	{ "act:user-del name:user", "y-y--" },
	{ "act:user-del name:nobody", "n-n--" },
	{ "act:user-del org:globex name:other", "y----" },
	{ "act:key-list", "y-y--" },
	{ "act:key-list org:globex", "y----" },
	{ "act:key-add role:admin", "y----" },
	{ "act:key-add role:operator", "y----" },
	{ "act:key-add role:orgadmin", "y-y--" },
	{ "act:key-add role:user", "y-y--" },
	{ "act:key-add role:readonly", "y-y--" },
	{ "act:key-add role:user scopes:send senders:* rate:1", "y-y--" },
	{ "act:key-add org:globex role:readonly", "y----" },
	{ "act:key-add org:nowhere role:user", "n----" },
	{ "act:key-revoke name:0000000000000001", "y----" },
	{ "act:key-revoke name:0000000000000002", "y----" },
	{ "act:key-revoke name:0000000000000003", "y-y--" },
	{ "act:key-revoke name:0000000000000004", "y-y--" },
	{ "act:key-revoke name:0000000000000005", "y-y--" },
	/* of globex: not even that it is there */
	{ "act:key-revoke name:0000000000000006", "y-n--" },
	{ "act:key-revoke name:0000000000000007", "n-n--" },
	{ "act:key-revoke", "n-n--" },
};

static void
add_key(int number, const char *org, const char *role)
{
	static const char sql[] =
	    "INSERT INTO key (id, org, by, role, scopes, senders, clients,"
	    " hash, made) SELECT ?1, id, 'root', ?3, 'send', '*', '', 'h', 1"
	    " FROM org WHERE name = ?2";
	char id[ACCOUNTKEY_NUMBER + 1];

	snprintf(id, sizeof id, "%016d", number);
	accountdb_use(&db, sql);
	accountdb_puts(&db, id);
	accountdb_puts(&db, org);
	accountdb_puts(&db, role);
	is_num(accountdb_run(&db), 0, "a key");
}

static void
set_up(void)
{
	char words[100];
	int i;

	is_num(run(&local, "act:org-add org:acme senders:@acme.example", 1),
	    ACCOUNTWIRE_OK, "acme");
	is_num(run(&local, "act:org-add org:globex", 1), ACCOUNTWIRE_OK,
	    "globex");
	for (i = 0; i < ACCOUNT_ROLES; i++) {
		snprintf(words, sizeof words,
		    "act:user-add org:acme name:%s role:%s", account_roles[i],
		    account_roles[i]);
		is_num(run(&local, words, 1), ACCOUNTWIRE_OK, words);
		add_key(i + 1, "acme", account_roles[i]);
	}
	run(&local, "act:user-add org:globex name:other role:user", 1);
	add_key(6, "globex", "user");
}

static struct account_actor
actor(int role)
{
	struct account_actor who = { .role = (enum account_role)role,
		.scopes = ACCOUNT_SCOPES_ALL,
		.org = "acme" };

	snprintf(who.user, sizeof who.user, "acme/%s", account_roles[role]);
	snprintf(who.name, sizeof who.name, "acme/%s", account_roles[role]);
	return who;
}

static void
cell(size_t i, int role)
{
	struct account_actor who = actor(role);
	enum accountwire_status want = ACCOUNTWIRE_DENIED;
	char name[200];

	if (table[i].want[role] != '-')
		want = table[i].want[role] == 'y' ? ACCOUNTWIRE_OK
						  : ACCOUNTWIRE_NONE;
	snprintf(name, sizeof name, "%s: %s", account_roles[role],
	    table[i].words);
	is_num(run(&who, table[i].words, 0), want, name);
	if (a.status != ACCOUNTWIRE_OK)
		ok(buf_len(&e.out) == 0 && a.text[0] != '\0',
		    "shows nothing, and says why");
	/* one whose key lets him not */
	who.scopes &= ~(1u << ACCOUNT_SCOPE_ACCOUNTS);
	is_num(run(&who, table[i].words, 0), ACCOUNTWIRE_DENIED,
	    "nor without the scope");
}

static void
every_cell(void)
{
	size_t i;
	int role;

	for (i = 0; i < sizeof table / sizeof *table; i++)
		for (role = 0; role < ACCOUNT_ROLES; role++)
			cell(i, role);
}

/* words that are none, of an administrator */
static const struct {
	const char *words;
	enum accountwire_status want;
} words[] = {
	{ "act:org-add", ACCOUNTWIRE_BAD },
	{ "act:org-add org:", ACCOUNTWIRE_BAD },
	{ "act:org-add org:a/b", ACCOUNTWIRE_BAD },
	{ "act:org-add org:acme", ACCOUNTWIRE_TAKEN },
	{ "act:org-add org:ACME", ACCOUNTWIRE_TAKEN },
	{ "act:org-add org:x senders:y", ACCOUNTWIRE_BAD },
	{ "act:org-add org:x tenant:", ACCOUNTWIRE_BAD },
	{ "act:org-set org:x", ACCOUNTWIRE_NONE },
	{ "act:org-set org:acme state:maybe", ACCOUNTWIRE_BAD },
	{ "act:user-add role:user", ACCOUNTWIRE_BAD },
	{ "act:user-add name:x", ACCOUNTWIRE_BAD },
	{ "act:user-add name:x role:god", ACCOUNTWIRE_BAD },
	{ "act:user-add name:USER role:user", ACCOUNTWIRE_TAKEN },
	{ "act:user-add name:x role:user secret:", ACCOUNTWIRE_BAD },
	{ "act:user-list org:x", ACCOUNTWIRE_NONE },
	{ "act:key-add", ACCOUNTWIRE_BAD },
	{ "act:key-add role:user name:user", ACCOUNTWIRE_BAD },
	{ "act:key-add role:user scopes:", ACCOUNTWIRE_BAD },
	{ "act:key-add role:user expires:0", ACCOUNTWIRE_BAD },
	{ "act:key-add role:user rate:1000000", ACCOUNTWIRE_OK },
	{ "act:key-add role:user rate:1000001", ACCOUNTWIRE_BAD },
	{ "act:key-add role:user clients:x", ACCOUNTWIRE_BAD },
	{ "act:key-list org:x", ACCOUNTWIRE_NONE },
	{ "act:", ACCOUNTWIRE_BAD },
	{ "act:keys", ACCOUNTWIRE_BAD },
	{ "org:acme", ACCOUNTWIRE_BAD },
};

static void
no_words(void)
{
	struct account_actor who = actor(ACCOUNT_ADMIN);
	size_t i;

	for (i = 0; i < sizeof words / sizeof *words; i++)
		is_num(run(&who, words[i].words, 0), words[i].want,
		    words[i].words);
	/* scopes that he has not himself */
	who.scopes = 1u << ACCOUNT_SCOPE_ACCOUNTS | 1u << ACCOUNT_SCOPE_READ;
	is_num(run(&who, "act:key-add role:user scopes:send", 0),
	    ACCOUNTWIRE_DENIED, "a scope that he has not");
	is_num(run(&who, "act:key-add role:user scopes:read", 0),
	    ACCOUNTWIRE_OK, "one that he has");
	is_num(run(&who, "act:key-add role:user", 1), ACCOUNTWIRE_OK,
	    "without a word: those that both have");
	buf_putc(&e.out, '\0');
	ok(strstr(buf_data(&e.out), "\"scopes\":[\"read\"]") != NULL,
	    "and that the role has use for");
}

/* lists go on where an answer is full: each once, whatever they are */
static unsigned
walk(const char *act, const char *mark, unsigned *turns)
{
	char list[300], next[ACCOUNTWIRE_USER_MAX + 1] = "";
	unsigned n = 0;
	const char *p;

	*turns = 0;
	do {
		snprintf(list, sizeof list, "act:%s after:%s", act, next);
		if (run(&local, list, 0) != ACCOUNTWIRE_OK ||
		    buf_len(&e.out) > ACCOUNTWIRE_JSON_MAX)
			return 0;
		buf_putc(&e.out, '\0');
		for (p = buf_data(&e.out); (p = strstr(p, mark)) != NULL; p++)
			n++;
		memcpy(next, a.next, sizeof next);
	} while (next[0] != '\0' && ++*turns < 100);
	return n;
}

static void
lists(void)
{
	static char many[4400];
	unsigned turns;
	int i;

	for (i = 0; i < 20; i++) {
		snprintf(many, sizeof many,
		    "act:org-add org:m%d senders:%04088d@x.test", i, 0);
		run(&local, many, 1);
		snprintf(many, sizeof many,
		    "act:user-add org:m%d name:other role:user", i);
		run(&local, many, 1);
	}
	for (i = 0; i < 300; i++)
		add_key(100 + i, "m1", "user");
	is_num(walk("org-list", "\"tenant\":", &turns), 22, "organisations");
	ok(turns >= 2, "in some turns");
	is_num(walk("user-list", "\"password\":", &turns), 26, "users");
	is_num(walk("key-list", "\"id\":", &turns), 307, "keys");
	ok(turns >= 1, "in some turns");
}

int
main(void)
{
	char path[64];

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/db", dir);
	is_num(accountdb_open(&db, path), 0, "a file");
	set_up();
	every_cell();
	no_words();
	lists();
	buf_free(&e.out);
	accountdb_close(&db);
	unlink(path);
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
