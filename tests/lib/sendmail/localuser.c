#include "mail/address.h"
#include "sendmail/localuser.h"
#include "tap.h"
#include <pwd.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static struct localuser c, d;

static const struct {
	const char *name, *want;
} names[] = {
	{ "ann", "ann@me.example" },
	{ "a.b-c_1", "a.b-c_1@me.example" },
	{ "jane@corp.example", "jane@corp.example" },
	{ "CORP\\jane", "\"CORP\\\\jane\"@me.example" },
	{ "jane@", "\"jane@\"@me.example" },
	{ "jane roe", "\"jane roe\"@me.example" },
};

/* whatever a directory calls its users, mail is from an address */
static void
addresses(void)
{
	char out[ENVELOPE_ADDRESS_ROOM], longest[2000];
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		localuser_address(out, names[i].name, "me.example");
		is_str(out, names[i].want, names[i].name);
		ok(address_valid(out, strlen(out)), "is an address");
	}
	memset(longest, 'a', sizeof longest - 1);
	for (i = 200; i < 202; i++) {
		longest[i] = '\0';
		localuser_address(out, longest, "me.example");
		is_num(strlen(out), 200 + strlen("@me.example"),
		    i == 200 ? "at the limit" : "one above: cut");
		longest[i] = 'a';
	}
	memset(longest, '"', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	localuser_address(out, longest, "me.example");
	is_num(strlen(out), 200 + strlen("@me.example"), "all of it in quotes");
}

int
main(void)
{
	struct passwd *pw = getpwuid(getuid());
	struct localheader s = { .me = "me.example" },
			   t = { .me = "me.example" };
	char want[400], me[HOSTNAME_MAX + 1];
	time_t before = time(NULL);

	if (pw != NULL)
		snprintf(want, sizeof want, "%s@me.example", pw->pw_name);
	else
		snprintf(want, sizeof want, "uid%ld@me.example",
		    (long)getuid());
	addresses();
	localuser_read(&c, "me.example");
	is_str(c.from, want, "address");
	ok(c.name != NULL && strchr(c.name, ',') == NULL, "name");
	setenv("TZ", "XXX-02", 1);
	tzset();
	is_num(localuser_stamp(&c, &s), 0, "stamp");
	snprintf(want, sizeof want, "uid %ld", (long)getuid());
	is_str(s.origin, want, "who");
	is_num(s.offset, 120, "offset");
	ok(s.now >= before && s.now <= time(NULL), "when");
	snprintf(want, sizeof want, "<%lld.", (long long)s.now);
	ok(strncmp(s.message_id, want, strlen(want)) == 0, "id begins");
	is_str(strchr(s.message_id, '@'), "@me.example>", "id ends");
	localuser_stamp(&d, &t);
	ok(strcmp(s.message_id, t.message_id) != 0, "no id twice");
	/* the longest name of a host fits */
	memset(me, 'm', HOSTNAME_MAX);
	me[HOSTNAME_MAX] = '\0';
	t.me = me;
	localuser_stamp(&d, &t);
	is_num(strlen(strchr(t.message_id, '@')), HOSTNAME_MAX + 2,
	    "long name");
	localuser_read(&d, me);
	is_num(strlen(strchr(d.from, '@')), HOSTNAME_MAX + 1, "in the address");
	return done();
}
