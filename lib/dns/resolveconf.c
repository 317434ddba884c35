#include "dns/resolveconf.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
resolveconf_server(struct resolveconf *c, const char *s)
{
	size_t n = strlen(s);

	if (conftext_server_fault(s, n, c->n_server + 1) != NULL ||
	    strpbrk(s, " \t") != NULL)
		return -1;
	memcpy(c->server[c->n_server++], s, n + 1);
	return 0;
}

const char *
resolveconf_keys(const struct resolveconf *c)
{
	return c->n_anchor > 0 ? c->anchor[0] : "/usr/share/dns/root.key";
}

int
resolveconf_zone(const char *file, char zone[RESOLVECONF_ZONE_LEN])
{
	const char *p, *line = "";
	unsigned lineno = 0;
	size_t n = 0, k;
	char *text;

	if (fd_slurp(file, RESOLVECONF_ANCHOR_BYTES_MAX, &text, &n) == -1)
		return -1;
	p = text;
	do {
		k = 0;
		if (!conftext_next(&p, text + n, &lineno, &line, &k))
			break;
	} while (*line == ';' || *line == '$');
	k = k == 0 ? 0 : strcspn(line, " \t\n");
	/* a file that says nothing of it has the keys of the root */
	if (k == 0 || k >= RESOLVECONF_ZONE_LEN)
		memcpy(zone, ".", 2);
	else
		snprintf(zone, RESOLVECONF_ZONE_LEN, "%.*s", (int)k, line);
	free(text);
	return 0;
}

int
resolveconf_anchor(const char *dir, const char *p, size_t n,
    char path[PATH_MAX])
{
	char zone[RESOLVECONF_ZONE_LEN];

	if (snprintf(path, PATH_MAX, "%s%s%.*s", *p == '/' ? "" : dir,
		*p == '/' ? "" : "/", (int)n, p) < PATH_MAX)
		return resolveconf_zone(path, zone);
	errno = ENAMETOOLONG;
	return -1;
}

static int
take_anchor(struct resolveconf *c, const char *dir, const char *p, size_t n,
    char why[RESOLVECONF_WHY])
{
	char path[PATH_MAX];

	if (resolveconf_anchor(dir, p, n, path) == -1) {
		snprintf(why, RESOLVECONF_WHY, "unable to read %s: %m", path);
		return -1;
	}
	c->anchor[c->n_anchor++] = need(strdup(path));
	return 0;
}

static void
take_validate(struct resolveconf *c, const char *p)
{
	if (c->validate != RESOLVECONF_NO)
		c->validate = *p == 'y' ? RESOLVECONF_YES
		    : *p == 'n'         ? RESOLVECONF_NO
					: RESOLVECONF_AUTO;
}

/* 0, or -1 and why */
static int
take_lines(struct resolveconf *c, const char *dir, const char *path,
    const char *text, size_t n, char why[RESOLVECONF_WHY])
{
	struct conftext_resolver r = { 0 };
	const char *p = text, *line, *fault;
	int told = c->n_server > 0;
	unsigned lineno = 0;
	size_t len;

	while (conftext_next(&p, text + n, &lineno, &line, &len)) {
		fault = conftext_resolver_line(line, len, &r);
		if (fault != NULL) {
			snprintf(why, RESOLVECONF_WHY, "%s:%u: %.*s: %s", path,
			    lineno, len < 100 ? (int)len : 100, line, fault);
			return -1;
		}
		if (r.kind == CONFTEXT_ANCHOR) {
			if (take_anchor(c, dir, r.value, r.n, why) == -1)
				return -1;
		} else if (r.kind == CONFTEXT_VALIDATE) {
			take_validate(c, r.value);
		} else if (!told) {
			snprintf(c->server[c->n_server++], CONFTEXT_SERVER_LEN,
			    "%.*s", (int)r.n, r.value);
		}
	}
	return 0;
}

int
resolveconf_load(struct resolveconf *c, const char *confdir,
    char why[RESOLVECONF_WHY])
{
	char path[PATH_MAX], *text;
	size_t n;
	int r;

	if (snprintf(path, sizeof path, "%s/resolver", confdir) >=
	    (int)sizeof path)
		return 0;
	if (fd_slurp(path, CONFTEXT_SERVERS_BYTES_MAX, &text, &n) == -1) {
		if (errno == ENOENT)
			return 0;
		snprintf(why, RESOLVECONF_WHY, "unable to read %s: %m", path);
		return -1;
	}
	r = take_lines(c, confdir, path, text, n, why);
	free(text);
	return r;
}

void
resolveconf_read(struct resolveconf *c, const char *confdir)
{
	char why[RESOLVECONF_WHY];

	if (resolveconf_load(c, confdir, why) == -1)
		die(EXIT_TEMP, "%s", why);
}

void
resolveconf_free(struct resolveconf *c)
{
	while (c->n_anchor > 0)
		free(c->anchor[--c->n_anchor]);
}
