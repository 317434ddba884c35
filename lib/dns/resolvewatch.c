#include "dns/resolvewatch.h"
#include "base/clock.h"
#include "base/die.h"
#include "conf/word.h"
#include "dns/resolveprobe.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *system_file = "/etc/resolv.conf";

static uint64_t
mix(uint64_t stamp, uint64_t more)
{
	return word_mix(stamp ^ more);
}

/* which file it is, and when it was changed; 0 is one that is not there */
static uint64_t
stamp_of(uint64_t stamp, const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return mix(stamp, 0);
	stamp = mix(stamp, (uint64_t)st.st_ino);
	stamp = mix(stamp, (uint64_t)st.st_size);
	stamp = mix(stamp, (uint64_t)st.st_mtim.tv_sec);
	return mix(stamp, (uint64_t)st.st_mtim.tv_nsec);
}

/* of all files that this configuration comes from, and names */
static uint64_t
stamp_all(const struct resolve *d, const struct resolveconf *c)
{
	char path[PATH_MAX];
	uint64_t stamp = 1;
	unsigned i;

	if (d->confdir != NULL) {
		snprintf(path, sizeof path, "%s/resolver", d->confdir);
		stamp = stamp_of(stamp, path);
	}
	for (i = 0; i < c->n_anchor; i++)
		stamp = stamp_of(stamp, c->anchor[i]);
	if (c->n_anchor == 0 && c->validate != RESOLVECONF_NO)
		stamp = stamp_of(stamp, resolveconf_keys(c));
	if (c->n_server == 0)
		stamp = stamp_of(stamp, system_file);
	return stamp;
}

void
resolvewatch_begin(struct resolve *d, const char *confdir)
{
	d->confdir = confdir;
	d->given = d->conf;
	if (confdir != NULL)
		resolveconf_read(&d->conf, confdir);
	d->stamp = stamp_all(d, &d->conf);
	d->watched = 1;
}

/* not from within an answer: the context goes */
static void
on_changed(void *arg)
{
	struct resolve *d = arg;
	struct resolveconf c = d->given;
	char why[RESOLVECONF_WHY];

	if (d->confdir != NULL && resolveconf_load(&c, d->confdir, why) == -1) {
		warn("%s: what was read before goes on to hold", why);
		resolveconf_free(&c);
		d->stamp = stamp_all(d, &d->conf);
		return;
	}
	d->stamp = stamp_all(d, &c);
	resolveconf_free(&d->conf);
	d->conf = c;
	info("the name servers, or their keys, have changed");
	resolveprobe_again(d);
}

void
resolvewatch_look(struct resolve *d)
{
	int64_t now = clock_mono_ms();
	uint64_t stamp;

	if (!d->watched || now < d->look_ms)
		return;
	d->look_ms = now + RESOLVE_LOOK_MS;
	stamp = stamp_all(d, &d->conf);
	if (d->stamp != stamp)
		loop_timer_set(&d->reload_timer, 0, on_changed, d);
}
