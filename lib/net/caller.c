#include "net/caller.h"
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

void
caller_read(struct caller *c, const char *me)
{
	struct passwd *pw = getpwuid(getuid());

	if (pw != NULL && pw->pw_name[0] != '\0')
		snprintf(c->from, sizeof c->from, "%.200s@%s", pw->pw_name,
		    me);
	else
		snprintf(c->from, sizeof c->from, "uid%ld@%s",
		    (long)getuid(), me);
	c->name = "";
	if (pw != NULL) {
		pw->pw_gecos[strcspn(pw->pw_gecos, ",")] = '\0';
		c->name = pw->pw_gecos;
	}
}

int
caller_stamp(struct caller *c, struct submit *s)
{
	unsigned char rnd[12];
	char hex[2 * sizeof rnd + 1];
	time_t now = time(NULL);
	struct tm tm;
	size_t i;

	if (getrandom(rnd, sizeof rnd, 0) != sizeof rnd)
		return -1;
	for (i = 0; i < sizeof rnd; i++)
		snprintf(hex + 2 * i, 3, "%02x", rnd[i]);
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
