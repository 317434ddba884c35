#include "sts/stskept.h"
#include "format/ltsv.h"
#include <stdio.h>
#include <string.h>

int
stskept_put(struct buf *b, const struct stsbook_domain *d)
{
	if (ltsv_puts(b, "domain", d->name) == -1 ||
	    ltsv_puts(b, "id", d->id) == -1 ||
	    ltsv_putnum(b, "fetched", (uint64_t)d->fetched_s) == -1 ||
	    ltsv_putnum(b, "expires", (uint64_t)d->expires_s) == -1 ||
	    ltsv_putnum(b, "used", (uint64_t)d->used_s) == -1 ||
	    ltsv_end(b) == -1 || buf_putc(b, '\n') == -1)
		return -1;
	return buf_put(b, d->policy, d->policy_len);
}

static const char *
get_head(struct stsbook_domain *d, const char *name, const char *p, size_t n)
{
	const struct ltsv_field *id;
	uint64_t fetched, expires, used;
	struct ltsv t;

	if (n > STSKEPT_HEAD_MAX || ltsv_parse(p, n, &t) == -1 ||
	    ltsv_find(&t, "domain") == NULL)
		return "no first line";
	if (!ltsv_is(ltsv_find(&t, "domain"), name))
		return "of another domain";
	id = ltsv_find(&t, "id");
	if (id == NULL || !stsrecord_id(id->value, id->value_len))
		return "bad id";
	if (ltsv_num(&t, "fetched", 0, INT64_MAX / 2, &fetched) == -1 ||
	    ltsv_num(&t, "expires", fetched, fetched + STS_AGE_MAX_S,
		&expires) == -1 ||
	    ltsv_num(&t, "used", 0, INT64_MAX / 2, &used) == -1)
		return "bad times";
	snprintf(d->name, sizeof d->name, "%s", name);
	snprintf(d->id, sizeof d->id, "%.*s", (int)id->value_len, id->value);
	d->fetched_s = (int64_t)fetched;
	d->expires_s = (int64_t)expires;
	d->used_s = (int64_t)used;
	return NULL;
}

const char *
stskept_get(struct stsbook_domain *d, const char *name, const char *p, size_t n,
    int64_t now_s, int *future)
{
	const char *lf = memchr(p, '\n', n), *why;
	struct stspolicy policy;
	size_t head;

	memset(d, 0, sizeof *d);
	*future = 0;
	if (lf == NULL || lf + 1 == p + n || lf[1] != '\n')
		return "no first line";
	head = (size_t)(lf + 1 - p);
	why = get_head(d, name, p, head);
	if (why != NULL)
		return why;
	d->policy = (char *)(uintptr_t)(lf + 2);
	d->policy_len = n - head - 1;
	why = stspolicy_parse(&policy, d->policy, d->policy_len);
	if (why != NULL)
		return why;
	d->mode = policy.mode;
	d->max_age_s = policy.max_age_s;
	if (d->fetched_s > now_s + STSKEPT_AHEAD_S) {
		*future = 1;
		d->expires_s = now_s;
	}
	return NULL;
}
