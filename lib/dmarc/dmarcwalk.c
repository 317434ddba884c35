#include "dmarc/dmarcwalk.h"
#include "base/ascii.h"
#include <string.h>

void
dmarcwalk_name(char out[DNSQ_NAME_MAX + 1], const char *name)
{
	struct dnsq q;
	size_t n = name == NULL ? 0 : strlen(name);

	out[0] = '\0';
	if (n > 0 && name[n - 1] == '.')
		n--;
	/* an address literal has no records */
	if (n == 0 || name[0] == '[' || n > DNSQ_NAME_MAX ||
	    dnsq_name(&q, name, n) == -1)
		return;
	ascii_lower_copy(out, name, n);
	out[n] = '\0';
}

unsigned
dmarcwalk_labels(const char *name)
{
	unsigned n = 1;

	for (; *name != '\0'; name++)
		n += *name == '.';
	return n;
}

const char *
dmarcwalk_tail(const char *name, unsigned n)
{
	unsigned drop = dmarcwalk_labels(name) - n;

	while (drop > 0)
		drop -= *name++ == '.';
	return name;
}

void
dmarcwalk_start(struct dmarc_walk *w, const char *name)
{
	memset(w, 0, sizeof *w);
	w->name = name;
	w->labels = w->at = dmarcwalk_labels(name);
}

void
dmarcwalk_on(struct dmarc_walk *w, enum dmarc_known known, enum dmarc_psd psd)
{
	if (known == DMARC_LOST) {
		w->lost = 1;
		w->at = 0;
		return;
	}
	if (known == DMARC_THERE) {
		w->last = w->at;
		w->psd = psd;
		if (w->psd != DMARC_PSD_UNKNOWN) {
			w->at = 0;
			return;
		}
	}
	w->at = w->at >= DMARC_WALK_MAX ? DMARC_WALK_MAX - 1 : w->at - 1;
}

const char *
dmarcwalk_organization(const struct dmarc_walk *w)
{
	if (w->last == 0)
		return w->name;
	if (w->psd == DMARC_PSD_YES && w->last != w->labels)
		return dmarcwalk_tail(w->name, w->last + 1);
	return dmarcwalk_tail(w->name, w->last);
}
