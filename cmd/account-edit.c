/* account-edit - organisations, users and keys, by an administrator of the machine */
#include "account/accountedit.h"
#include "account/accountword.h"
#include "act/act.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/folder.h"
#include "base/out.h"
#include "base/password.h"
#include "crypt/pwhash.h"
#include "chain/event.h"
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char usage[] = "account-edit [-p] DIR ACT [ARGUMENT ...]";

static struct accountdb db;
static struct accountwire_answer answer;
static struct account_actor actor = {
	.local = 1, .role = ACCOUNT_ADMIN, .scopes = ACCOUNT_SCOPES_ALL
};

static void
set_actor(void)
{
	const struct passwd *pw = getpwuid(getuid());

	if (pw != NULL)
		snprintf(actor.name, sizeof actor.name, "%s", pw->pw_name);
	else
		snprintf(actor.name, sizeof actor.name, "#%ld", (long)getuid());
}

static void
open_db(const char *dir)
{
	char folder[PATH_MAX], path[PATH_MAX];

	if (snprintf(folder, sizeof folder, "%s/account", dir) >= PATH_MAX ||
	    snprintf(path, sizeof path, "%s/account/db", dir) >= PATH_MAX)
		die(EXIT_PERM, "%s: the name is too long", dir);
	/* root works as the folder's owner there */
	if (folder_settle(folder) == -1 && errno == ENOENT)
		die(EXIT_PERM,
		    "%s has no accounts: rohrpost upgrade %s --http ADDR:PORT",
		    dir, dir);
	else if (access(folder, F_OK) == -1)
		die(EXIT_TEMP, "unable to open %s: %m", folder);
	if (accountdb_open(&db, path) == -1)
		die(EXIT_TEMP, "unable to use %s: %s", path, db.fault);
}

/* what is asked for was not done */
static void
refuse(void)
{
	switch (answer.status) {
	case ACCOUNTWIRE_NONE: die(EXIT_NONE, "%s", answer.text);
	case ACCOUNTWIRE_LATER: die(EXIT_TEMP, "%s", answer.text);
	default: die(EXIT_PERM, "%s", answer.text);
	}
}

/* it is on the disk before it is done */
static void
log_act(const char *dir, const struct accountedit *e)
{
	char act[32];

	snprintf(act, sizeof act, "%.*s", (int)e->q->value[ACCOUNTWIRE_ACT].n,
	    e->q->value[ACCOUNTWIRE_ACT].p);
	act_begin(act);
	event_puts("what", e->what);
	act_end();
	act_write(dir);
}

static void
run(const char *dir, struct accountedit *e)
{
	accountedit_run(e);
	if (e->open) {
		log_act(dir, e);
		accountedit_end(e);
	}
	/* what could not be synced is not to come back with the next recovery */
	accountdb_close(&db);
	if (answer.status != ACCOUNTWIRE_OK)
		refuse();
	act_done();
	if (e->made_org)
		info("made organisation %.*s, which may send as anybody: "
		     "account-edit %s org-set %.*s senders=@DOMAIN",
		    (int)e->q->value[ACCOUNTWIRE_ORG].n,
		    e->q->value[ACCOUNTWIRE_ORG].p, dir,
		    (int)e->q->value[ACCOUNTWIRE_ORG].n,
		    e->q->value[ACCOUNTWIRE_ORG].p);
	out_flush(&e->out);
}

int
main(int argc, char **argv)
{
	static char password[PASSWORD_ROOM], hash[PWHASH_TEXT_MAX];
	struct accountwire_question q = { .what = ACCOUNTWIRE_EDIT };
	struct accountedit e = { .db = &db,
		.actor = &actor,
		.q = &q,
		.lines = 1,
		.make_org = 1,
		.a = &answer };
	const char *fault;
	int c, asks = 0;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+p")) != -1)
		if (c == 'p')
			asks = 1;
		else
			die_usage(usage);
	argv += optind;
	if (argc - optind < 2)
		die_usage(usage);
	fault = accountword_read(argv + 1, asks, &q);
	if (fault == NULL)
		fault = accountwire_fault(&q);
	if (fault != NULL)
		die(EXIT_PERM, "%s", fault);
	if (asks) {
		q.value[ACCOUNTWIRE_SECRET] =
		    (struct slice){ password, password_read(password) };
		if (pwhash_make(hash, password,
			q.value[ACCOUNTWIRE_SECRET].n) == -1)
			die(EXIT_TEMP, "unable to make a hash: out of memory");
		e.hash = hash;
	}
	set_actor();
	open_db(argv[0]);
	e.now_s = clock_wall_s();
	run(argv[0], &e);
	return EXIT_OK;
}
