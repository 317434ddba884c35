#include "sendmail/localuser.h"
#include "base/clock.h"
#include "base/random.h"
#include "mail/address.h"
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	LOCALUSER_RANDOM_LEN = 24, /* of a message-id */
	LOCALUSER_NAME_MAX = 200   /* bytes of a name */
};

/* "name"@me */
static void
put_quoted(char out[ENVELOPE_ADDRESS_ROOM], const char *name, const char *me)
{
	size_t i, n = 0;

	out[n++] = '"';
	for (i = 0; name[i] != '\0' && i < LOCALUSER_NAME_MAX; i++) {
		if (name[i] == '"' || name[i] == '\\')
			out[n++] = '\\';
		out[n++] = name[i];
	}
	snprintf(out + n, ENVELOPE_ADDRESS_ROOM - n, "\"@%s", me);
}

void
localuser_address(char out[ENVELOPE_ADDRESS_ROOM], const char *name,
    const char *me)
{
	if (strchr(name, '@') != NULL && address_valid(name, strlen(name))) {
		snprintf(out, ENVELOPE_ADDRESS_ROOM, "%s", name);
		return;
	}
	put_quoted(out, name, me);
	if (strpbrk(name, "\\\"@ ") == NULL || !address_valid(out, strlen(out)))
		snprintf(out, ENVELOPE_ADDRESS_ROOM, "%.*s@%s",
		    LOCALUSER_NAME_MAX, name, me);
}

void
localuser_read(struct localuser *c, const char *me)
{
	struct passwd *pw = getpwuid(getuid());

	if (pw != NULL && pw->pw_name[0] != '\0')
		localuser_address(c->from, pw->pw_name, me);
	else
		snprintf(c->from, sizeof c->from, "uid%ld@%s", (long)getuid(),
		    me);
	c->name = "";
	if (pw != NULL) {
		pw->pw_gecos[strcspn(pw->pw_gecos, ",")] = '\0';
		c->name = pw->pw_gecos;
	}
}

int
localuser_stamp(struct localuser *c, struct localheader *s)
{
	char hex[LOCALUSER_RANDOM_LEN + 1];
	time_t now = clock_wall_s();
	struct tm tm;

	if (random_hex(hex, LOCALUSER_RANDOM_LEN) == -1)
		return -1;
	snprintf(c->message_id, sizeof c->message_id, "<%lld.%s@%s>",
	    (long long)now, hex, s->me);
	snprintf(c->origin, sizeof c->origin, "uid %lu",
	    (unsigned long)getuid());
	localtime_r(&now, &tm);
	s->message_id = c->message_id;
	s->origin = c->origin;
	s->now = now;
	s->offset = tm.tm_gmtoff / 60;
	return 0;
}
