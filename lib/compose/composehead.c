#include "compose/composehead.h"
#include "compose/members.h"
#include "mail/fixheader.h"
#include "mime/encword.h"

static int
one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcasecmp(name, *names) == 0)
			return 1;
	return 0;
}

static int
begins(const char *name, const char *const *prefixes)
{
	for (; *prefixes != NULL; prefixes++)
		if (strncasecmp(name, *prefixes, strlen(*prefixes)) == 0)
			return 1;
	return 0;
}

int
composehead_name(const char *name, struct compose_fault *f)
{
	/* members of their own, and what those say who hand mail on */
	static const char *const ours[] = { "From", "To", "Cc", "Bcc",
		"Reply-To", "Subject", "MIME-Version", "Received",
		"Return-Path", "DKIM-Signature", "Authentication-Results",
		"Delivered-To", NULL };
	static const char *const families[] = { "Content-", "ARC-", "Resent-",
		NULL };

	if (!fixheader_name(name, strlen(name)))
		return composefault_say(f, "no name of a field");
	if (one_of(name, ours) || begins(name, families))
		return composefault_say(f, "no field of one's own");
	return 0;
}

int
composehead_of_addresses(const char *name)
{
	static const char *const names[] = { "Sender", "Errors-To",
		"Disposition-Notification-To", "Return-Receipt-To",
		"Mail-Followup-To", "Mail-Reply-To", NULL };

	return one_of(name, names);
}

/* must it be in encoded words, or be taken for one? */
static int
encoded(struct slice s, size_t *longest)
{
	size_t i, word = 0;
	int odd = 0;

	*longest = 0;
	for (i = 0; i < s.n; i++) {
		odd |= (s.p[i] & 0x80) ||
		    (s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '?');
		word = s.p[i] == ' ' ? 0 : word + 1;
		if (word > *longest)
			*longest = word;
	}
	return odd;
}

int
composehead_put(struct buf *b, const char *name, struct slice value, int text,
    struct compose_fault *f)
{
	size_t longest;
	int r;

	if (value.n > COMPOSEHEAD_VALUE_MAX)
		return composefault_say(f, "more than 8192 bytes");
	if (members_control(value))
		return composefault_say(f, "control characters");
	r = encoded(value, &longest);
	if (longest > COMPOSEHEAD_WORD_MAX && !text && !r)
		return composefault_say(f, "a word of more than 900 bytes");
	if (r || longest > COMPOSEHEAD_WORD_MAX)
		r = buf_puts(b, name) == -1 || buf_puts(b, ": ") == -1 ||
			encword_put(b, value.p, value.n) == -1 ||
			buf_putc(b, '\n') == -1
		    ? -1
		    : 0;
	else
		r = fixheader_put(b, name, strlen(name), value.p, value.n);
	return r == -1 ? composefault_memory(f) : 0;
}
