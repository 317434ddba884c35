#include "tlsrpt/rptread.h"
#include "base/num.h"
#include "mail/date.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* what is wrong; -1 */
static int
wrong(char why[RPT_FAULT_MAX], const char *text)
{
	snprintf(why, RPT_FAULT_MAX, "%s", text);
	return -1;
}

/* one behind a text that begins at p[i] */
static size_t
skip_text(const char *p, size_t n, size_t i)
{
	for (i++; i < n && p[i] != '"'; i++)
		if (p[i] == '\\')
			i++;
	return i + 1;
}

/* the bounds, before any memory is taken for it: of what is JSON at all */
static int
check_size(const char *p, size_t n, char why[RPT_FAULT_MAX])
{
	size_t i = 0, depth = 0, values = 1;

	while (i < n) {
		if (p[i] == '"') {
			i = skip_text(p, n, i);
			continue;
		}
		if (p[i] == '[' || p[i] == '{') {
			values++;
			if (++depth > RPT_DEPTH_MAX)
				return wrong(why, "more than 16 levels");
		} else if (p[i] == ']' || p[i] == '}') {
			depth -= depth > 0;
		} else if (p[i] == ',') {
			values++;
		}
		if (values > RPT_VALUES_MAX)
			return wrong(why, "more than 1000000 values");
		i++;
	}
	return 0;
}

/* a member that is text, or "" */
static const char *
text_of(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s == NULL ? "" : s;
}

/* a count; -1: it is none */
static int
number_of(const json_t *o, const char *name, uint64_t *out)
{
	const json_t *v = json_object_get(o, name);

	if (json_is_string(v))
		return num_scan(json_string_value(v), json_string_length(v), 0,
		    INT64_MAX, out);
	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return -1;
	*out = (uint64_t)json_integer_value(v);
	return 0;
}

/* RFC 3339 section 5.6 */
static int64_t
date_of(const json_t *o, const char *name)
{
	const char *s = text_of(o, name);
	int64_t t;
	int offset;

	return date_parse(s, strlen(s), &t, &offset) == 0 ? t : -1;
}

struct walk {
	const struct rptread_ops *ops; /* NULL: only look */
	void *arg;
	char *why;
};

static int
take_failure(struct walk *w, const struct rptread_policy *p, const json_t *o)
{
	struct rptread_failure f = { .policy = p,
		.result = text_of(o, "result-type"),
		.host = text_of(o, "receiving-mx-hostname"),
		.ip = text_of(o, "receiving-ip"),
		.from_ip = text_of(o, "sending-mta-ip"),
		.reason = text_of(o, "failure-reason-code") };

	if (!json_is_object(o) || f.result[0] == '\0')
		return wrong(w->why, "a failure without result-type");
	if (number_of(o, "failed-session-count", &f.count) == -1)
		return wrong(w->why, "a failure without count");
	if (w->ops != NULL)
		w->ops->failure(w->arg, &f);
	return 0;
}

static int
take_policy(struct walk *w, const struct rptread_report *r, const json_t *o)
{
	const json_t *policy = json_object_get(o, "policy"),
		     *summary = json_object_get(o, "summary"),
		     *failures = json_object_get(o, "failure-details");
	struct rptread_policy p = { r, text_of(policy, "policy-domain"),
		text_of(policy, "policy-type"), 0, 0 };
	size_t i;

	if (p.domain[0] == '\0' || p.type[0] == '\0')
		return wrong(w->why, "a policy without type or domain");
	if (number_of(summary, "total-successful-session-count", &p.good) ==
		-1 ||
	    number_of(summary, "total-failure-session-count", &p.bad) == -1)
		return wrong(w->why, "a policy without counts");
	if (failures != NULL && !json_is_array(failures) &&
	    !json_is_null(failures))
		return wrong(w->why, "failure-details is no array");
	if (w->ops != NULL)
		w->ops->policy(w->arg, &p);
	for (i = 0; i < json_array_size(failures); i++)
		if (take_failure(w, &p, json_array_get(failures, i)) == -1)
			return -1;
	return 0;
}

static int
take_report(struct walk *w, const json_t *o)
{
	const json_t *range = json_object_get(o, "date-range"),
		     *policies = json_object_get(o, "policies");
	struct rptread_report r = { text_of(o, "organization-name"),
		text_of(o, "report-id"), date_of(range, "start-datetime"),
		date_of(range, "end-datetime") };
	size_t i;

	if (!json_is_array(policies))
		return wrong(w->why, "no array of policies");
	for (i = 0; i < json_array_size(policies); i++)
		if (take_policy(w, &r, json_array_get(policies, i)) == -1)
			return -1;
	return 0;
}

static int no_memory;

static void *
take_memory(size_t n)
{
	void *p = malloc(n);

	no_memory |= p == NULL;
	return p;
}

/*
 * NULL, and -1: it is no JSON, or -2: no memory.  The library tells most wants
 * of memory as faults of syntax, so it is asked who gives it some.
 */
static json_t *
load(const char *p, size_t n, char why[RPT_FAULT_MAX], int *r)
{
	json_error_t e;
	json_t *o;

	no_memory = 0;
	json_set_alloc_funcs(take_memory, free);
	o = json_loadb(p, n, JSON_REJECT_DUPLICATES, &e);
	snprintf(why, RPT_FAULT_MAX, "line %d: %s", e.line, e.text);
	*r = no_memory ? -2 : -1;
	return o;
}

int
rptread_json(const char *p, size_t n, const struct rptread_ops *ops, void *arg,
    char why[RPT_FAULT_MAX])
{
	struct walk look = { NULL, NULL, why }, tell = { ops, arg, why };
	json_t *o;
	int r;

	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	if (check_size(p, n, why) == -1)
		return -1;
	o = load(p, n, why, &r);
	if (o == NULL)
		return r;
	/* nothing is told of a report that is none in the end */
	r = take_report(&look, o);
	if (r == 0)
		take_report(&tell, o);
	json_decref(o);
	return r;
}
