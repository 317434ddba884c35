#include "conf/confname.h"
#include "base/ascii.h"
#include <string.h>

static const char *const known[] = { "accept", "aliases", "auth", "bounces",
	"certs", "classes", "clients", "dkim", "doublebounce", "feedback",
	"fix", "grey", "hooks", "local", "me", "pools", "prohibited",
	"providers", "rcpt", "relay", "replies", "resolver", "retry", "routes",
	"senders", "ship", "suppress", "tests", "throttle", "tls", "tls-client",
	"tls-out", "users" };
static const char *const backup[] = { "~", ".bak", ".orig", ".rej", ".old",
	".new", ".swp", ".save", ".dpkg-old", ".dpkg-new", ".dpkg-dist",
	".rpmsave", ".rpmnew" };
enum {
	KNOWN = sizeof known / sizeof *known,
	BACKUP = sizeof backup / sizeof *backup,
	MEANT_LEN = 32, /* of a name that is compared */
	MEANT_EDITS = 2 /* letters that may be wrong */
};

static int
is_known(const char *name, size_t n)
{
	return ascii_which(known, KNOWN, name, n) != -1;
}

static int
ends(const char *name, const char *with)
{
	size_t n = strlen(name), k = strlen(with);

	return n > k && strcmp(name + n - k, with) == 0;
}

enum confname
confname_of(const char *name)
{
	size_t n = strlen(name);
	unsigned i;

	if (is_known(name, n) || (ends(name, ".cdb") && is_known(name, n - 4)))
		return CONFNAME_KNOWN;
	if (name[0] == '.' || (n > 1 && name[0] == '#' && name[n - 1] == '#'))
		return CONFNAME_BACKUP;
	for (i = 0; i < BACKUP; i++)
		if (ends(name, backup[i]))
			return CONFNAME_BACKUP;
	return CONFNAME_OTHER;
}

/* how many letters must be put in, taken out or changed */
static unsigned
edits(const char *a, const char *b)
{
	unsigned row[MEANT_LEN + 1], i, j, left, up, n = strlen(b);

	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; a[i - 1] != '\0'; i++) {
		left = row[0];
		row[0] = i;
		for (j = 1; j <= n; j++) {
			up = row[j];
			left += a[i - 1] != b[j - 1];
			if (up + 1 < left)
				left = up + 1;
			if (row[j - 1] + 1 < left)
				left = row[j - 1] + 1;
			row[j] = left;
			left = up;
		}
	}
	return row[n];
}

const char *
confname_meant(const char *name)
{
	unsigned i, e, best = MEANT_EDITS + 1;
	const char *meant = NULL;
	size_t n;

	for (i = 0; i < KNOWN; i++) {
		n = strlen(known[i]);
		/* routes.txt, routes-2 */
		if (n > 2 && strncmp(name, known[i], n) == 0)
			return known[i];
		if (strlen(name) > MEANT_LEN || n <= MEANT_EDITS)
			continue;
		e = edits(known[i], name);
		if (e < best) {
			best = e;
			meant = known[i];
		}
	}
	return meant;
}
