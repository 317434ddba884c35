#ifndef FORMAT_JOB_H
#define FORMAT_JOB_H

#include "format/ltsv.h"

/*
 * begin the answer to a job, job(5): the labels by which it is known again
 * (id, n, site, via as far as the job has them, and not in `but`, which
 * may be NULL).  The caller adds the rest and ltsv_end().  0 or -1 with
 * ENOMEM.
 */
int job_answer(struct buf *, const struct ltsv *job, const struct ltsv *but);

/*
 * A job with the label explain and without file: nothing is delivered, each
 * link says what it would do with it, in a label why-NAME: text for people,
 * lines with LF between.  What a link does not know of it cannot harm, as there
 * is no message.
 */
enum { JOB_WHY_MAX = 8192 }; /* bytes of one such text; more is cut */

/* the recipient that it asks about, ID/N; NULL: it is no such job */
const struct ltsv_field *job_explains(const struct ltsv *job);
/* its parts: the id is the first id_len bytes of its value.  0, or -1: it is
 * none */
int job_asked(const struct ltsv_field *, size_t *id_len, uint64_t *n);
/* the label why-NAME with a text, into a line that has begun; 0 or -1 with
 * ENOMEM */
int job_why(struct buf *, const char *label, const char *text, size_t n);
/*
 * begin the last link's answer to it: status:explained, what the links before
 * have said, and the labels that say where it would go.  The caller adds
 * ltsv_end().  0 or -1 with ENOMEM.
 */
int job_explained(struct buf *, const struct ltsv *job);

/*
 * Mail that is made of a job's message (a forwarded copy): the envelope
 * lines it takes over, and the parameters of its recipients (with a blank
 * in front of each), but none that parcel(5) does not know.  several: it is
 * not the only one, and who asked for a report of success has it from here;
 * so it asks for none (RFC 3461 section 5.2.7.3).  0 or -1 with ENOMEM.
 */
int job_envelope(struct buf *env, const struct ltsv *job);
int job_parameters(struct buf *out, const struct ltsv *job, int several);
/* does the sender want to hear that this recipient has it? */
int job_wants_success(const struct ltsv *job);

#endif
