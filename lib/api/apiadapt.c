#include "api/apiadapt.h"
#include "base/base64.h"
#include <stdio.h>
#include <string.h>

static int
wrong(struct apiadapt *a, const char *why)
{
	snprintf(a->why, sizeof a->why, "%s", why);
	return -1;
}

/* members of other names into an object of ours; what has no name here is a
 * fault, but for those whose name of ours is "" */
struct name {
	const char *theirs, *ours;
};

static const struct name *
find(const struct name *names, const char *key)
{
	for (; names->theirs != NULL; names++)
		if (strcmp(names->theirs, key) == 0)
			return names;
	return NULL;
}

static int
rename_members(struct apiadapt *a, json_t *object, const struct name *names,
    json_t *to)
{
	const char *key;
	json_t *v;

	if (!json_is_object(object))
		return wrong(a, "an object is wanted");
	json_object_foreach(object, key, v)
	{
		const struct name *n = find(names, key);

		if (n == NULL) {
			snprintf(a->why, sizeof a->why, "%.60s: not known here",
			    key);
			return -1;
		}
		if (n->ours[0] == '\0' || json_is_null(v))
			continue;
		if (json_object_set(to, n->ours, v) == -1)
			return -1;
	}
	return 0;
}

/* each object of a list in that way, as the member `name' */
static int
rename_list(struct apiadapt *a, json_t *list, const struct name *names,
    json_t *to, const char *name)
{
	json_t *out = json_array(), *v, *o;
	size_t i;

	if (json_object_set_new(to, name, out) == -1)
		return -1;
	if (!json_is_array(list))
		return wrong(a, "a list is wanted");
	json_array_foreach(list, i, v)
	{
		o = json_object();
		if (json_array_append_new(out, o) == -1 ||
		    rename_members(a, v, names, o) == -1)
			return -1;
	}
	return 0;
}

/* NULL: there is none, or it has a NUL in it */
static const char *
string(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	const char *s = json_string_value(v);

	return s == NULL || strlen(s) != json_string_length(v) ? NULL : s;
}

/* a message in base64 */
static int
decode(struct apiadapt *a, const json_t *v)
{
	size_t n = json_string_length(v);
	long got;

	if (!json_is_string(v))
		return wrong(a, "the message is no string of base64");
	if (buf_reserve(&a->text, n + 1) == -1)
		return -1;
	got = base64_get(json_string_value(v), n, buf_tail(&a->text), n);
	if (got < 0)
		return wrong(a, "the message is no base64");
	buf_added(&a->text, (size_t)got);
	return 0;
}

static int
sender(struct apiadapt *a, const char *from)
{
	if (from == NULL)
		return wrong(a, "no sender");
	return buf_puts(&a->from, from) == -1 || buf_putc(&a->from, '\0') == -1
	    ? -1
	    : 0;
}

/* lists of addresses, into one of strings */
static int
add_rcpts(struct apiadapt *a, const json_t *v)
{
	size_t i, n = json_array_size(v);

	if (v == NULL || json_is_null(v))
		return 0;
	if (json_is_string(v))
		return json_array_append(a->to, (json_t *)v);
	if (!json_is_array(v))
		return wrong(a, "recipients are a list of strings");
	for (i = 0; i < n; i++) {
		json_t *s = json_array_get(v, i);

		if (!json_is_string(s))
			return wrong(a, "recipients are a list of strings");
		if (json_array_append(a->to, s) == -1)
			return -1;
	}
	return 0;
}

static int
has_rcpts(struct apiadapt *a)
{
	return json_array_size(a->to) > 0 ? 0 : wrong(a, "no recipients");
}

/* several of ours: a list, or an object with one */
static int
several(struct apiadapt *a, json_t *r)
{
	static const char *const names[] = { "messages", "emails", "mails" };
	json_t *list = json_is_array(r) ? r : NULL;
	size_t i;

	for (i = 0; list == NULL && i < 3; i++)
		list = json_object_get(r, names[i]);
	if (!json_is_array(list))
		return wrong(a, "a list of messages is wanted");
	a->mail = json_object();
	return json_object_set(a->mail, "messages", list);
}

/* KumoMTA */

static const struct name kumo_part[] = { { "data", "content" },
	{ "content_type", "type" }, { "file_name", "name" },
	{ "content_id", "cid" }, { "base64", "" }, { NULL, NULL } };
static const struct name kumo_content[] = { { "text_body", "text" },
	{ "html_body", "html" }, { "amp_html_body", "amp" },
	{ "subject", "subject" }, { "from", "from" },
	{ "reply_to", "reply-to" }, { "headers", "headers" },
	{ "attachments", "" }, { NULL, NULL } };

/* {"email": ..., "name": ..., "substitutions": {...}} */
static int
kumo_rcpt(struct apiadapt *a, json_t *v, json_t *list)
{
	static const struct name names[] = { { "email", "address" },
		{ "name", "name" }, { "substitutions", "" }, { NULL, NULL } };
	json_t *o = json_object(), *to = json_object();

	if (json_array_append_new(list, o) == -1 ||
	    json_object_set_new(o, "to", to) == -1 ||
	    rename_members(a, v, names, to) == -1)
		return -1;
	v = json_object_get(v, "substitutions");
	return v == NULL ? 0 : json_object_set(o, "values", v);
}

static int
kumo_built(struct apiadapt *a, json_t *r, json_t *content, json_t *rcpts)
{
	json_t *list = json_array(), *parts, *v;
	size_t i;

	a->mail = json_object();
	if (json_object_set_new(a->mail, "recipients", list) == -1 ||
	    rename_members(a, content, kumo_content, a->mail) == -1)
		return -1;
	if (json_object_set(a->mail,
		json_object_get(a->mail, "from") == NULL ? "from"
							 : "return-path",
		json_object_get(r, "envelope_sender")) == -1)
		return wrong(a, "no envelope_sender");
	parts = json_object_get(content, "attachments");
	if (parts != NULL &&
	    rename_list(a, parts, kumo_part, a->mail, "attachments") == -1)
		return -1;
	json_array_foreach(rcpts, i,
	    v) if (kumo_rcpt(a, v, list) == -1) return -1;
	return 0;
}

static int
kumo_plain(struct apiadapt *a, json_t *r, json_t *content, json_t *rcpts)
{
	json_t *v;
	size_t i;

	a->each = 1;
	json_array_foreach(rcpts, i, v)
	{
		if (json_object_get(v, "substitutions") != NULL)
			return wrong(a,
			    "substitutions want content as an object");
		if (string(v, "email") == NULL)
			return wrong(a, "a recipient has no email");
		if (json_array_append(a->to, json_object_get(v, "email")) == -1)
			return -1;
	}
	if (buf_put(&a->text, json_string_value(content),
		json_string_length(content)) == -1 ||
	    sender(a, string(r, "envelope_sender")) == -1)
		return -1;
	return has_rcpts(a);
}

static int
kumo(struct apiadapt *a, json_t *r)
{
	static const char *const known[] = { "envelope_sender", "content",
		"recipients", "deferred_spool", "deferred_generation",
		"trace_headers", NULL };
	json_t *content = json_object_get(r, "content"),
	       *rcpts = json_object_get(r, "recipients"), *v;
	const char *key;
	unsigned i;

	json_object_foreach(r, key, v)
	{
		for (i = 0; known[i] != NULL && strcmp(known[i], key) != 0; i++)
			;
		if (known[i] == NULL) {
			snprintf(a->why, sizeof a->why, "%.60s: not known here",
			    key);
			return -1;
		}
	}
	if (!json_is_array(rcpts))
		return wrong(a, "recipients: a list is wanted");
	if (json_is_string(content))
		return kumo_plain(a, r, content, rcpts);
	return kumo_built(a, r, content, rcpts);
}

/* Postal */

static int
postal_raw(struct apiadapt *a, json_t *r)
{
	if (sender(a, string(r, "mail_from")) == -1 ||
	    add_rcpts(a, json_object_get(r, "rcpt_to")) == -1 ||
	    decode(a, json_object_get(r, "data")) == -1)
		return -1;
	return has_rcpts(a);
}

static int
postal(struct apiadapt *a, json_t *r)
{
	static const struct name part[] = { { "name", "name" },
		{ "content_type", "type" }, { "data", "content" },
		{ NULL, NULL } };
	static const struct name names[] = { { "to", "to" }, { "cc", "cc" },
		{ "bcc", "bcc" }, { "from", "from" }, { "subject", "subject" },
		{ "reply_to", "reply-to" }, { "plain_body", "text" },
		{ "html_body", "html" }, { "headers", "headers" },
		{ "tag", "" }, { "attachments", "" }, { NULL, NULL } };
	json_t *parts = json_object_get(r, "attachments"),
	       *tag = json_object_get(r, "tag");

	a->mail = json_object();
	if (rename_members(a, r, names, a->mail) == -1)
		return -1;
	/* they are named in the answer */
	if (add_rcpts(a, json_object_get(r, "to")) == -1 ||
	    add_rcpts(a, json_object_get(r, "cc")) == -1 ||
	    add_rcpts(a, json_object_get(r, "bcc")) == -1)
		return -1;
	if (tag != NULL &&
	    json_object_set_new(a->mail, "tags",
		json_pack("{s:O}", "tag", tag)) == -1)
		return -1;
	return parts == NULL
	    ? 0
	    : rename_list(a, parts, part, a->mail, "attachments");
}

/* SES, version 2 */

static int
data_of(json_t *to, const char *ours, json_t *from, const char *theirs)
{
	json_t *v = json_object_get(json_object_get(from, theirs), "Data");

	return v == NULL ? 0 : json_object_set(to, ours, v);
}

static int
ses_tags(struct apiadapt *a, json_t *tags)
{
	json_t *to = json_object(), *v;
	size_t i;

	if (json_object_set_new(a->mail, "tags", to) == -1)
		return -1;
	json_array_foreach(tags, i, v) if (string(v, "Name") == NULL ||
	    json_object_set(to, string(v, "Name"),
		json_object_get(v, "Value")) == -1) return wrong(a,
	    "EmailTags: Name and Value are wanted");
	return 0;
}

static int
ses_simple(struct apiadapt *a, json_t *r, json_t *simple)
{
	static const struct name rcpts[] = { { "ToAddresses", "to" },
		{ "CcAddresses", "cc" }, { "BccAddresses", "bcc" },
		{ NULL, NULL } };
	static const struct name names[] = { { "FromEmailAddress", "from" },
		{ "ReplyToAddresses", "reply-to" }, { "Content", "" },
		{ "Destination", "" }, { "EmailTags", "" },
		{ "ConfigurationSetName", "" }, { NULL, NULL } };
	json_t *body = json_object_get(simple, "Body"),
	       *tags = json_object_get(r, "EmailTags");

	a->mail = json_object();
	if (rename_members(a, r, names, a->mail) == -1 ||
	    rename_members(a, json_object_get(r, "Destination"), rcpts,
		a->mail) == -1 ||
	    data_of(a->mail, "subject", simple, "Subject") == -1 ||
	    data_of(a->mail, "text", body, "Text") == -1 ||
	    data_of(a->mail, "html", body, "Html") == -1)
		return -1;
	return tags == NULL ? 0 : ses_tags(a, tags);
}

static int
ses(struct apiadapt *a, json_t *r)
{
	json_t *content = json_object_get(r, "Content"),
	       *raw = json_object_get(content, "Raw"),
	       *simple = json_object_get(content, "Simple"),
	       *to = json_object_get(r, "Destination");

	if (simple != NULL)
		return ses_simple(a, r, simple);
	if (raw == NULL)
		return wrong(a, "Content: Raw or Simple is wanted");
	/* both may be missing: they stand in the message */
	if ((json_object_get(r, "FromEmailAddress") != NULL &&
		sender(a, string(r, "FromEmailAddress")) == -1) ||
	    add_rcpts(a, json_object_get(to, "ToAddresses")) == -1 ||
	    add_rcpts(a, json_object_get(to, "CcAddresses")) == -1 ||
	    add_rcpts(a, json_object_get(to, "BccAddresses")) == -1)
		return -1;
	return decode(a, json_object_get(raw, "Data"));
}

int
apiadapt(struct apiadapt *a, enum apiroute route, json_t *r)
{
	a->to = json_array();
	if (a->to == NULL)
		return -1;
	if (!json_is_object(r) && route != APIROUTE_SEVERAL)
		return wrong(a, "an object is wanted");
	switch (route) {
	case APIROUTE_SEVERAL: return several(a, r);
	case APIROUTE_KUMO: return kumo(a, r);
	case APIROUTE_POSTAL_RAW: return postal_raw(a, r);
	case APIROUTE_POSTAL: return postal(a, r);
	case APIROUTE_SES: return ses(a, r);
	default: a->mail = json_incref(r); return 0;
	}
}

void
apiadapt_free(struct apiadapt *a)
{
	json_decref(a->mail);
	json_decref(a->to);
	buf_free(&a->text);
	buf_free(&a->from);
	memset(a, 0, sizeof *a);
}
