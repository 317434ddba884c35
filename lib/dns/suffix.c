#include "dns/suffix.h"
#include "base/ascii.h"
#include "conf/word.h"
#include "dns/idn.h"
#include <libpsl.h>
#include <string.h>

static const char list[] = "/usr/share/publicsuffix/public_suffix_list.dafsa";

static const psl_ctx_t *
suffixes(void)
{
	static const psl_ctx_t *psl;

	if (psl == NULL)
		psl = psl_load_file(list);
	if (psl == NULL)
		psl = psl_builtin();
	return psl;
}

static unsigned
labels(const char *name)
{
	unsigned n = 1;

	for (; *name != '\0'; name++)
		n += *name == '.';
	return n;
}

/* lower case, as DNS has it; -1 when that cannot be */
static int
ascii(const char *name, size_t n, char *out)
{
	if (idn_needed(name, n))
		return idn_ascii(name, n, out);
	if (n > WORD_DOMAIN_MAX)
		return -1;
	ascii_lower_copy(out, name, n);
	out[n] = '\0';
	return 0;
}

const char *
suffix_organization(const char *name)
{
	char plain[WORD_DOMAIN_MAX + 1];
	const char *found;
	size_t n = strlen(name);
	unsigned drop;

	if (n == 0 || n > WORD_DOMAIN_MAX || name[0] == '.' ||
	    name[n - 1] == '.' || strstr(name, "..") != NULL ||
	    ascii(name, n, plain) == -1 || labels(plain) != labels(name) ||
	    suffixes() == NULL)
		return NULL;
	found = psl_registrable_domain(suffixes(), plain);
	if (found == NULL)
		return NULL;
	/* the same labels of the name as it was given, which has as many */
	for (drop = labels(name) - labels(found); drop > 0; name++)
		drop -= *name == '.';
	return name;
}

const char *
suffix_dmarc(void *unused, const char *name)
{
	const char *found = suffix_organization(name);

	(void)unused;
	return found != NULL ? found : name;
}
