#include "recv/access.h"
#include "cdbfile.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-access.XXXXXX", path[64];

/* a table that is none */
static void
broken(const char *name)
{
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.cdb", dir, name);
	f = fopen(path, "w");
	fputs("no cdb", f);
	fclose(f);
}

static void
is_access(const char *name, int relay, int mine, int other,
    enum relay_verdict want)
{
	struct access *a = calloc(1, sizeof *a);
	struct relay_rule rule;

	access_open(a, dir, "me.example", NULL, relay);
	is_num(access_is_local(a, "me.example", 10), mine, name);
	is_num(access_is_local(a, "other.example", 13), other, "another");
	is_num(access_relay(a, "192.0.2.1", &rule), want, "a client");
	is_str(rule.suffix, "", "nothing behind addresses");
	free(a);
}

static void
is_sender(const char *name, enum senders_verdict ann, enum senders_verdict eve)
{
	struct access *a = calloc(1, sizeof *a);
	struct slice from = { "a@b.example", 11 };

	access_open(a, dir, "me.example", NULL, 1);
	is_num(access_has_senders(a), 0, "nobody asks");
	is_num(access_may_send(a, "me", "ann", from), SENDERS_YES,
	    "as anybody");
	access_open_senders(a, dir);
	is_num(access_has_senders(a), eve != SENDERS_YES, name);
	is_num(access_may_send(a, "me", "ann", from), ann, name);
	is_num(access_may_send(a, "me", "eve", from), eve, "another login");
	free(a);
}

int
main(void)
{
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	is_access("no tables: this host is ours", 1, 1, 0, RELAY_NONE);
	is_access("one connection is judged elsewhere", 0, 1, 0, RELAY_NONE);
	broken("relay");
	is_access("relay cannot be asked", 1, 1, 0, RELAY_BROKEN);
	is_access("and is not asked", 0, 1, 0, RELAY_NONE);
	unlink(path);
	broken("local");
	is_access("which others are ours is not known", 1, 1, -1, RELAY_NONE);
	unlink(path);
	is_sender("without the file anybody may", SENDERS_YES, SENDERS_YES);
	cdbfile(dir, &conffile_senders, "ann a@b.example\n");
	is_sender("with it who is listed", SENDERS_YES, SENDERS_NO);
	broken("senders");
	is_sender("damaged: not now", SENDERS_UNKNOWN, SENDERS_UNKNOWN);
	unlink(path);
	is_num(rmdir(dir), 0, "no file is left");
	return done();
}
