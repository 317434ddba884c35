#include "recv/access.h"
#include "cdbfile.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-access.XXXXXX", path[64], said[64];

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

/* how often it was said */
static int
times_said(const char *text)
{
	char line[300];
	int n = 0;
	FILE *f = fopen(said, "r");

	while (fgets(line, sizeof line, f) != NULL)
		n += strstr(line, text) != NULL;
	fclose(f);
	return n;
}

static void
ask_all(struct access *a)
{
	unsigned char cert[CERTS_LEN] = "x";
	struct slice login, form, from = { "a@b.example", 11 };
	struct relay_rule rule;

	/* as if that had been long ago */
	a->checked_ms -= TABLE_CHECK_MS;
	is_num(access_is_local(a, "other.example", 13), -1, "local: not now");
	is_num(access_local_form(a, "other.example", 13, &form), -1,
	    "nor its form");
	is_num(access_may_send(a, "me", "ann", from), SENDERS_UNKNOWN,
	    "senders: not now");
	is_num(access_cert_login(a, cert, &login), -1, "certs: not now");
	is_num(access_relay(a, "192.0.2.1", &rule), RELAY_BROKEN,
	    "relay: not now");
}

/* tables that cannot be read, there from the beginning or later */
static void
is_told(const char *name, int later)
{
	static const char *const names[] = { "senders", "certs", "relay",
		"local" };
	struct access *a = calloc(1, sizeof *a);
	size_t i;

	is_num(truncate(said, 0), 0, name);
	for (i = 0; !later && i < 4; i++)
		broken(names[i]);
	access_open(a, dir, "me.example", NULL, 1);
	access_open_senders(a, dir);
	access_open_certs(a, dir);
	if (later)
		is_num(truncate(said, 0), 0, "now they are there");
	for (i = 0; later && i < 4; i++)
		broken(names[i]);
	ask_all(a);
	ask_all(a);
	is_num(times_said("nobody may send: "), 1, "senders: said once");
	is_num(times_said("nobody is known by a certificate: "), 1,
	    "certs: said once");
	is_num(times_said("nobody may relay: "), 1, "relay: said once");
	is_num(times_said("local domains but our own names: "), 1,
	    "local: said once");
	free(a);
	for (i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/%s.cdb", dir, names[i]);
		unlink(path);
	}
}

int
main(void)
{
	if (mkdtemp(dir) == NULL)
		return 111;
	snprintf(said, sizeof said, "%s/said", dir);
	if (freopen(said, "a", stderr) == NULL)
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
	is_told("unreadable from the beginning", 0);
	is_told("unreadable from some time on", 1);
	unlink(said);
	is_num(rmdir(dir), 0, "no file is left");
	return done();
}
