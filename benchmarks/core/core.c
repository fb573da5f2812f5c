/* The core scenario in C, with state only for what is on its way: about the least that a processor
   can do for it. The draws are of the same kind as ours (Philox4x32-10, keyed by what they are for;
   normals by AS 241), ideas are worked out only when they are weighed, and witnesses are drawn by
   position, without looking at every leader. settings.py says what the numbers mean. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FACETS = 6, MOST_ALTERNATIVES = 4, MOST_WITNESSES = 16, MOST_HOPS = 4, POSITIONS = 3 };
enum { UP, DOWN, ACROSS };
enum { IDEA, NOTICE, DECISION };
enum { OPEN, DECIDED, CLOSED };
enum { RUN = 1, ISSUE, ARRIVAL, ORIGIN, THETA = 6, SALIENCE, DIRECTION, WITNESS, SENSE, PASS, DISTORT };

typedef struct {
    int leaders, warmup, horizon, attention, alternatives, witnesses, span, gather;
    double rate, openness[3], delay[3], distortion[3], precision[POSITIONS * FACETS];
    const int *manager, *position;
} Settings;

typedef struct { uint32_t k0, k1; } Stream;
typedef struct { double variance; int originator, hops, way[MOST_HOPS]; } Idea;
typedef struct {
    int next, what, issue, sequence, target;
    double tie;
    Idea idea;
} Message;
typedef struct {
    Stream stream;
    double weights[FACETS], theta[MOST_ALTERNATIVES * FACETS];
    Idea mind[MOST_WITNESSES];
    int minded, state, sequence, raised, origin, accountable, counted, uninformed, chosen, next;
} Issue;
typedef struct { int first, last, today, tick; } Inbox;

typedef struct {
    const Settings *p;
    Stream run;
    double direction[FACETS];
    int tick, end, open_counted, sequence;
    int *report_from, *reports, *of_position, position_from[POSITIONS + 1];
    Message *messages;
    int free_message, message_room;
    Issue *issues;
    int free_issue, issue_room;
    int *due, *deciding; /* by tick: first message, first issue */
    Inbox *inboxes;
    int *mail, mails;
    char *has_mail;
    double quality, delay, decided, sent;
} World;

/* Draws */

static void philox(uint32_t c[4], uint32_t k0, uint32_t k1) {
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c[0], p1 = (uint64_t)0xCD9E8D57u * c[2];
        uint32_t c0 = (uint32_t)(p1 >> 32) ^ c[1] ^ k0, c2 = (uint32_t)(p0 >> 32) ^ c[3] ^ k1;
        c[0] = c0, c[1] = (uint32_t)p1, c[2] = c2, c[3] = (uint32_t)p0;
        k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
    }
}

static double unit(uint32_t high, uint32_t low) {
    return ((((uint64_t)high << 20) | (low >> 12)) + 0.5) * 2.220446049250313e-16;
}

static void pair(Stream s, int purpose, int index, uint32_t a, uint32_t b, uint32_t d, double u[2]) {
    uint32_t c[4] = {(uint32_t)purpose << 24 | (uint32_t)index, a, b, d};
    philox(c, s.k0, s.k1);
    u[0] = unit(c[0], c[1]), u[1] = unit(c[2], c[3]);
}

static double uniform(Stream s, int purpose, int index, uint32_t a, uint32_t b) {
    double u[2];
    pair(s, purpose, index, a, b, 0, u);
    return u[0];
}

static Stream stream_of(Stream s, int purpose, uint32_t a, uint32_t b) {
    uint32_t c[4] = {(uint32_t)purpose << 24, a, b, 0xFFFFFFFFu};
    philox(c, s.k0, s.k1);
    return (Stream){c[0], c[1]};
}

static double ratio(const double *top, const double *bottom, int count, double r) {
    double t = top[0], b = bottom[0];
    for (int i = 1; i < count; i++) t = t * r + top[i], b = b * r + bottom[i];
    return t / b;
}

static const double MIDDLE[2][8] = {
    {2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608},
    {5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0}};
static const double TAIL[2][8] = {
    {7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734},
    {1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0}};
static const double FAR[2][8] = {
    {2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.00124266094738807843860,
     0.0265321895265761230930, 0.296560571828504891230, 1.78482653991729133580, 5.46378491116411436990,
     6.65790464350110377720},
    {2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
     7.86869131145613259100e-4, 0.0148753612908506148525, 0.136929880922735805310,
     0.599832206555887937690, 1.0}};

static double normal(double u) {
    double q = u - 0.5;
    if (fabs(q) <= 0.425) return q * ratio(MIDDLE[0], MIDDLE[1], 8, 0.180625 - q * q);
    double r = sqrt(-log(q < 0 ? u : 1.0 - u));
    double z = r <= 5.0 ? ratio(TAIL[0], TAIL[1], 8, r - 1.6) : ratio(FAR[0], FAR[1], 8, r - 5.0);
    return q < 0 ? -z : z;
}

static void normals(Stream s, int purpose, uint32_t a, uint32_t b, uint32_t c, double *to, int count) {
    double u[2];
    for (int i = 0; i < count; i += 2) {
        pair(s, purpose, i, a, b, c, u);
        to[i] = normal(u[0]);
        if (i + 1 < count) to[i + 1] = normal(u[1]);
    }
}

static void simplex(Stream s, int purpose, double *to) {
    double total = 0;
    for (int k = 0; k < FACETS; k++) total += to[k] = -log(uniform(s, purpose, k, 0, 0));
    for (int k = 0; k < FACETS; k++) to[k] /= total;
}

/* Messages */

static int new_message(World *w) {
    if (!w->free_message) {
        int old = w->message_room;
        w->message_room = old * 2;
        w->messages = realloc(w->messages, sizeof(Message) * w->message_room);
        for (int at = old; at < w->message_room; at++)
            w->messages[at].next = at + 1 < w->message_room ? at + 1 : 0;
        w->free_message = old;
    }
    int at = w->free_message;
    w->free_message = w->messages[at].next;
    return at;
}

static void free_message(World *w, int at) {
    w->messages[at].next = w->free_message;
    w->free_message = at;
}

static int new_issue(World *w) {
    if (!w->free_issue) {
        int old = w->issue_room;
        w->issue_room = old * 2;
        w->issues = realloc(w->issues, sizeof(Issue) * w->issue_room);
        for (int at = old; at < w->issue_room; at++)
            w->issues[at].next = at + 1 < w->issue_room ? at + 1 : 0;
        w->free_issue = old;
    }
    int at = w->free_issue;
    w->free_issue = w->issues[at].next;
    return at;
}

static int *by_tick(World *w, int **lists, int tick) {
    while (tick >= w->end) {
        w->due = realloc(w->due, sizeof(int) * 2 * w->end);
        w->deciding = realloc(w->deciding, sizeof(int) * 2 * w->end);
        memset(w->due + w->end, 0, sizeof(int) * w->end);
        memset(w->deciding + w->end, 0, sizeof(int) * w->end);
        w->end *= 2;
    }
    return *lists + tick;
}

/* Send a message, with an idea or without; an idea may not be passed on. */
static void post(World *w, int what, int issue, int source, int target, int way, const Idea *idea) {
    const Settings *p = w->p;
    double u[2], open = what == IDEA ? p->openness[way] : 1.0;
    pair(w->issues[issue].stream, PASS, what, idea ? idea->originator : 0, source, target, u);
    if (u[0] >= open) return;
    int ticks = (int)ceil(-p->delay[way] * log(u[0] / open)), at = new_message(w);
    Message *m = w->messages + at;
    m->what = what, m->issue = issue, m->sequence = w->issues[issue].sequence, m->target = target;
    m->tie = u[1];
    if (idea) {
        m->idea = *idea;
        m->idea.variance += p->distortion[way];
        m->idea.way[m->idea.hops++] = way;
    }
    int *due = by_tick(w, &w->due, w->tick + (ticks > 1 ? ticks : 1));
    m->next = *due;
    *due = at;
    if (w->tick >= p->warmup && w->tick < p->horizon) w->sent++;
}

/* On the line to the leader who decides: up, and at the top across. */
static void pass_on(World *w, int what, int issue, int me, const Idea *idea) {
    int manager = w->p->manager[me];
    if (manager >= 0) post(w, what, issue, me, manager, UP, idea);
    else post(w, what, issue, me, w->issues[issue].accountable, ACROSS, idea);
}

static int is_void(const World *w, const Message *m) {
    const Issue *i = w->issues + m->issue;
    return i->sequence != m->sequence || i->state > (m->what == DECISION ? DECIDED : OPEN);
}

static void deliver(World *w) {
    int at = *by_tick(w, &w->due, w->tick);
    while (at) {
        Message *m = w->messages + at;
        int after = m->next;
        if (is_void(w, m)) free_message(w, at);
        else {
            Inbox *box = w->inboxes + m->target;
            if (box->tick != w->tick) box->tick = w->tick, box->today = box->last;
            int before = box->today, following = before ? w->messages[before].next : box->first;
            while (following && w->messages[following].tie < m->tie)
                before = following, following = w->messages[following].next;
            m->next = following;
            if (before) w->messages[before].next = at;
            else box->first = at;
            if (!following) box->last = at;
            if (!w->has_mail[m->target]) w->has_mail[m->target] = 1, w->mail[w->mails++] = m->target;
        }
        at = after;
    }
}

/* Issues */

static int draw_member(World *w, Issue *i, int draw, const double *relevance, const int *out, int taken) {
    double left[POSITIONS], total = 0, u[2];
    for (int g = 0; g < POSITIONS; g++) {
        int count = w->position_from[g + 1] - w->position_from[g];
        for (int t = 0; t < taken; t++) count -= w->p->position[out[t]] == g;
        total += left[g] = count * relevance[g];
    }
    for (int attempt = 0;; attempt++) {
        pair(i->stream, WITNESS, draw, attempt, 0, 0, u);
        double at = u[0] * total;
        int g = 0, known = 0;
        while (g < POSITIONS - 1 && at >= left[g]) at -= left[g++];
        int count = w->position_from[g + 1] - w->position_from[g];
        /* Within the position until one comes who is not taken. */
        for (int again = 0;; again++) {
            int who = w->of_position[w->position_from[g] + (int)(u[1] * count)];
            known = 0;
            for (int t = 0; t < taken; t++) known |= out[t] == who;
            if (!known) return who;
            u[1] = uniform(i->stream, WITNESS, draw, attempt, again + 1);
        }
    }
}

static void raise_issue(World *w, int ordinal) {
    const Settings *p = w->p;
    int slot = new_issue(w), out[MOST_WITNESSES], taken = 0;
    Issue *i = w->issues + slot;
    i->stream = stream_of(w->run, ISSUE, 1, ordinal);
    i->sequence = ++w->sequence, i->state = OPEN, i->minded = 0, i->raised = w->tick;
    i->counted = w->tick >= p->warmup && w->tick < p->horizon;
    w->open_counted += i->counted;
    int last = POSITIONS - 1, raisers = w->position_from[last + 1] - w->position_from[last];
    i->origin = w->of_position[w->position_from[last] + (int)(uniform(i->stream, ORIGIN, 0, 0, 0) * raisers)];
    int top = i->origin;
    while (p->manager[top] >= 0) top = p->manager[top];
    i->accountable = top;
    double salience[FACETS], total = 0, relevance[POSITIONS] = {0};
    simplex(i->stream, SALIENCE, salience);
    for (int k = 0; k < FACETS; k++) total += i->weights[k] = w->direction[k] * salience[k];
    for (int k = 0; k < FACETS; k++) i->weights[k] /= total;
    normals(i->stream, THETA, 0, 0, 0, i->theta, p->alternatives * FACETS);
    for (int g = 0; g < POSITIONS; g++)
        for (int k = 0; k < FACETS; k++) relevance[g] += i->weights[k] * p->precision[g * FACETS + k];
    out[taken++] = i->origin, out[taken++] = i->accountable;
    for (; taken < p->witnesses; taken++) out[taken] = draw_member(w, i, taken, relevance, out, taken);
    for (int t = 0; t < taken; t++) {
        Idea idea = {.originator = out[t]};
        if (out[t] == i->accountable) {
            /* Its own idea is the first in mind. */
            memmove(i->mind + 1, i->mind, sizeof(Idea) * i->minded);
            i->mind[0] = idea, i->minded++;
        } else pass_on(w, IDEA, slot, out[t], &idea);
    }
    pass_on(w, NOTICE, slot, i->origin, 0);
}

/* What an idea says where it has got to: its originator's look, and the noise of each hop. */
static void worked_out(const World *w, const Issue *i, const Idea *idea, double *values, int size) {
    double noise[MOST_ALTERNATIVES * FACETS];
    const double *precision = w->p->precision + w->p->position[idea->originator] * FACETS;
    normals(i->stream, SENSE, idea->originator, 0, 0, noise, size);
    for (int at = 0; at < size; at++) values[at] = i->theta[at] + noise[at] / sqrt(precision[at % FACETS]);
    int teller = idea->originator;
    for (int hop = 0; hop < idea->hops; hop++) {
        int holder = w->p->manager[teller] >= 0 ? w->p->manager[teller] : i->accountable;
        double deviation = sqrt(w->p->distortion[idea->way[hop]]);
        normals(i->stream, DISTORT, idea->originator, teller, holder, noise, size);
        for (int at = 0; at < size; at++) values[at] += deviation * noise[at];
        teller = holder;
    }
}

static void decide(World *w, int slot) {
    Issue *i = w->issues + slot;
    int count = w->p->alternatives, size = count * FACETS, best = 0;
    double weighted[MOST_ALTERNATIVES * FACETS] = {0}, weight[FACETS] = {0}, most = -1e300;
    double values[MOST_ALTERNATIVES * FACETS];
    for (int held = 0; held < i->minded; held++) {
        const Idea *idea = i->mind + held;
        const double *precision = w->p->precision + w->p->position[idea->originator] * FACETS;
        worked_out(w, i, idea, values, size);
        for (int k = 0; k < FACETS; k++) {
            double trusted = 1.0 / (1.0 / precision[k] + idea->variance);
            weight[k] += trusted;
            for (int m = 0; m < count; m++) weighted[m * FACETS + k] += trusted * values[m * FACETS + k];
        }
    }
    for (int m = 0; m < count; m++) {
        double worth = 0;
        for (int k = 0; k < FACETS; k++) worth += i->weights[k] * weighted[m * FACETS + k] / (1.0 + weight[k]);
        if (worth > most) most = worth, best = m;
    }
    i->chosen = best, i->state = DECIDED;
    int head = w->p->manager[i->origin];
    i->uninformed = 1 + w->report_from[head + 1] - w->report_from[head];
    post(w, DECISION, slot, i->accountable, head, DOWN, 0);
}

static void close_issue(World *w, int slot) {
    Issue *i = w->issues + slot;
    i->state = CLOSED;
    if (i->counted) {
        double worths[MOST_ALTERNATIVES] = {0}, mean = 0, best = -1e300;
        for (int m = 0; m < w->p->alternatives; m++) {
            for (int k = 0; k < FACETS; k++) worths[m] += i->weights[k] * i->theta[m * FACETS + k];
            mean += worths[m] / w->p->alternatives;
            if (worths[m] > best) best = worths[m];
        }
        w->quality += (worths[i->chosen] - mean) / (best - mean);
        w->delay += w->tick - i->raised, w->decided++, w->open_counted--;
    }
    i->next = w->free_issue;
    w->free_issue = slot;
}

/* Leaders */

static void take(World *w, Message *m) {
    int slot = m->issue, me = m->target;
    Issue *i = w->issues + slot;
    if (m->what == IDEA) {
        Idea idea = m->idea;
        if (me != i->accountable) pass_on(w, IDEA, slot, me, &idea);
        else if (i->minded < w->p->span) i->mind[i->minded++] = idea;
    } else if (m->what == NOTICE) {
        if (me != i->accountable) pass_on(w, NOTICE, slot, me, 0);
        else {
            int *at = by_tick(w, &w->deciding, w->tick + w->p->gather);
            i->next = *at;
            *at = slot;
        }
    } else {
        if (me == w->p->manager[i->origin])
            for (int c = w->report_from[me]; c < w->report_from[me + 1]; c++)
                post(w, DECISION, slot, me, w->reports[c], DOWN, 0);
        if (--w->issues[slot].uninformed == 0) close_issue(w, slot);
    }
}

static void attend(World *w) {
    int kept = 0;
    for (int at = 0; at < w->mails; at++) {
        int leader = w->mail[at];
        Inbox *box = w->inboxes + leader;
        for (int read = 0; box->first && read < w->p->attention;) {
            int first = box->first;
            box->first = w->messages[first].next;
            if (!box->first) box->last = 0;
            if (!is_void(w, w->messages + first)) {
                Message copy = w->messages[first];
                read++;
                take(w, &copy);
            }
            free_message(w, first);
        }
        if (box->first) w->mail[kept++] = leader;
        else w->has_mail[leader] = 0;
    }
    w->mails = kept;
}

/* Who reports to whom, and who is at which position. */
static void organise(World *w) {
    const Settings *p = w->p;
    int n = p->leaders, seen = 0;
    for (int g = 0; g < POSITIONS; g++) {
        w->position_from[g] = seen;
        for (int i = 0; i < n; i++) if (p->position[i] == g) w->of_position[seen++] = i;
    }
    w->position_from[POSITIONS] = seen;
    for (int i = 0; i < n; i++) if (p->manager[i] >= 0) w->report_from[p->manager[i] + 1]++;
    for (int i = 0; i < n; i++) w->report_from[i + 1] += w->report_from[i];
    int *at = malloc(sizeof(int) * n);
    memcpy(at, w->report_from, sizeof(int) * n);
    for (int i = 0; i < n; i++) if (p->manager[i] >= 0) w->reports[at[p->manager[i]]++] = i;
    free(at);
}

static void begin(World *w, const Settings *p, uint64_t seed, int replication) {
    int n = p->leaders;
    memset(w, 0, sizeof *w);
    w->p = p;
    w->run = stream_of((Stream){(uint32_t)seed, (uint32_t)(seed >> 32)}, RUN, replication, 0);
    w->end = p->horizon + 256;
    w->due = calloc(w->end, sizeof(int)), w->deciding = calloc(w->end, sizeof(int));
    w->report_from = calloc(n + 1, sizeof(int)), w->reports = calloc(n, sizeof(int));
    w->of_position = calloc(n, sizeof(int));
    w->inboxes = calloc(n, sizeof(Inbox)), w->mail = calloc(n, sizeof(int)), w->has_mail = calloc(n, 1);
    w->message_room = 1, w->issue_room = 1; /* entry 0 stands for none */
    w->messages = calloc(1, sizeof(Message)), w->issues = calloc(1, sizeof(Issue));
    organise(w);
    simplex(w->run, DIRECTION, w->direction);
}

/* Plays a replication; out: the sums of quality and delay (ticks) of the issues counted, how many
   they were, and the messages sent in the window. */
void play(const Settings *p, uint64_t seed, int replication, double out[4]) {
    World world, *w = &world;
    begin(w, p, seed, replication);
    int ordinal = 0;
    double next = -log(uniform(w->run, ARRIVAL, 0, 1, 0)) / p->rate;
    for (; w->tick < p->horizon || w->open_counted > 0; w->tick++) {
        for (; (int)next == w->tick; next += -log(uniform(w->run, ARRIVAL, 0, 1, ordinal)) / p->rate)
            raise_issue(w, ordinal++);
        deliver(w);
        attend(w);
        for (int slot = *by_tick(w, &w->deciding, w->tick); slot;) {
            int after = w->issues[slot].next;
            decide(w, slot);
            slot = after;
        }
    }
    out[0] = w->quality, out[1] = w->delay, out[2] = w->decided, out[3] = w->sent;
    free(w->due), free(w->deciding), free(w->report_from), free(w->reports), free(w->of_position);
    free(w->inboxes), free(w->mail), free(w->has_mail), free(w->messages), free(w->issues);
}
