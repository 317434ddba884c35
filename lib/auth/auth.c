#include "auth/auth.h"
#include "base/ascii.h"
#include "base/num.h"
#include "conf/word.h"
#include <stdio.h>
#include <string.h>

static const char *const words[] = { "report", "tag", "hold", "reject",
	"policy" };
enum { ACTIONS = sizeof words / sizeof words[0] };

const char *
auth_word(enum auth_action a)
{
	return words[a];
}

static int
action(const char *name, const char *p, size_t n, enum auth_action *a)
{
	int i = ascii_which(words, ACTIONS, p, n);

	if (i == -1 ||
	    (i == AUTH_POLICY && strcmp(name, "dmarc-permerror") != 0))
		return -1;
	*a = (enum auth_action)i;
	return 0;
}

/* the text */

/* NAME VALUE */
static int
setting(struct wordset *seen, const char *name, const char *value, size_t n,
    unsigned lineno, const struct conffile_sink *sink)
{
	enum auth_action a;
	uint64_t seconds;
	char t[32];
	int len;

	if (wordset_once(seen, name, strlen(name), lineno, sink) == -1)
		return -1;
	if (strcmp(name, "hold") == 0) {
		if (num_scan_duration(value, n, AUTH_HOLD_MAX_S, &seconds) ==
		    -1)
			return conffile_wrong(sink,
			    "hold wants a time up to 365d");
		len = snprintf(t, sizeof t, "%u", (unsigned)seconds);
		return sink->add(sink->arg, name, strlen(name), t, len);
	}
	if (action(name, value, n, &a) == 0)
		return sink->add(sink->arg, name, strlen(name), value, n);
	return conffile_wrong(sink,
	    strcmp(name, "dmarc-permerror") == 0
		? "want policy, report, tag, hold or reject"
		: "want report, tag, hold or reject");
}

/* LIST DOMAIN */
static int
domain(struct wordset *seen, const char *list, const char *p, size_t n,
    unsigned lineno, const struct conffile_sink *sink)
{
	char key[WORD_DOMAIN_MAX + 32], t[16];
	size_t dot = n > 0 && *p == '.';
	int len;

	if (!word_domain(p + dot, n - dot))
		return conffile_wrong(sink, "not a domain name");
	len = snprintf(key, sizeof key, "%s %.*s", list, (int)n, p);
	ascii_lower_copy(key, key, len);
	if (wordset_once(seen, key, len, lineno, sink) == -1)
		return -1;
	return sink->add(sink->arg, key, len, t,
	    snprintf(t, sizeof t, "%u", lineno));
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	char name[WORD_LINE_MAX + 1], word[WORD_LINE_MAX + 1];
	const char *end = p + n;
	size_t len;
	unsigned values = 0;
	int r, list;

	if (n > WORD_LINE_MAX)
		return conffile_wrong(sink, "line too long");
	if (word_next(&p, end, name, &len) != 1)
		return conffile_wrong(sink,
		    "quote not closed, or control byte");
	list = strcmp(name, "except") == 0 || strcmp(name, "trust") == 0;
	if (!list && strcmp(name, "dmarc-reject") != 0 &&
	    strcmp(name, "dmarc-quarantine") != 0 &&
	    strcmp(name, "dmarc-permerror") != 0 && strcmp(name, "hold") != 0)
		return conffile_wrong(sink,
		    "unknown word; dmarc-reject "
		    "dmarc-quarantine dmarc-permerror hold except trust are "
		    "known");
	while ((r = word_next(&p, end, word, &len)) == 1) {
		if (++values > 1 && !list)
			return conffile_wrong(sink, "one value only");
		if ((list ? domain(arg, name, word, len, lineno, sink)
			  : setting(arg, name, word, len, lineno, sink)) == -1)
			return -1;
	}
	if (r == -1)
		return conffile_wrong(sink,
		    "quote not closed, or control byte");
	return values > 0 ? 0 : conffile_wrong(sink, "a value is missing");
}

const struct conffile conffile_auth = { "auth", sizeof(struct wordset), line,
	wordset_finish };

/* the table */

static int
read_action(const struct lookup *l, const char *key, enum auth_action *a)
{
	const char *data;
	size_t n;
	int r = lookup_get(l, key, strlen(key), &data, &n);

	return r != 1 ? r : action(key, data, n, a);
}

int
auth_rules(const struct lookup *l, struct auth_rules *rules)
{
	const char *data;
	uint64_t seconds;
	size_t n;
	int r;

	*rules = (struct auth_rules){ AUTH_REPORT, AUTH_REPORT, AUTH_POLICY,
		AUTH_HOLD_DEFAULT_S };
	if (read_action(l, "dmarc-reject", &rules->reject) == -1 ||
	    read_action(l, "dmarc-quarantine", &rules->quarantine) == -1 ||
	    read_action(l, "dmarc-permerror", &rules->permerror) == -1)
		return -1;
	r = lookup_get(l, "hold", 4, &data, &n);
	if (r != 1)
		return r;
	if (num_scan(data, n, 0, AUTH_HOLD_MAX_S, &seconds) == -1)
		return -1;
	rules->hold_s = (unsigned)seconds;
	return 0;
}

static int
there(const struct lookup *l, const char *list, const char *dot,
    const char *name)
{
	char key[WORD_DOMAIN_MAX + 32];
	const char *data;
	size_t n;
	int len = snprintf(key, sizeof key, "%s %s%s", list, dot, name);

	return lookup_get(l, key, len, &data, &n);
}

/* the name itself, then it and each above it behind a dot */
static int
listed(const struct lookup *l, const char *list, const char *domain)
{
	char name[WORD_DOMAIN_MAX + 1];
	const char *p = name;
	size_t n = strlen(domain);
	int r;

	if (n == 0 || n > WORD_DOMAIN_MAX)
		return 0;
	ascii_lower_copy(name, domain, n + 1);
	r = there(l, list, "", name);
	while (r == 0 && p != NULL) {
		r = there(l, list, ".", p);
		p = strchr(p, '.');
		p = p == NULL ? NULL : p + 1;
	}
	return r;
}

int
auth_excepted(const struct lookup *l, const char *name)
{
	return listed(l, "except", name);
}

int
auth_trusted(const struct lookup *l, const char *name)
{
	return listed(l, "trust", name);
}
