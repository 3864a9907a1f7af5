// The theatre in C++ with the algorithm of Counterpoise's kernel: one common clock for all losses with a tree of marks, slow
// processes known by the day on which they ring, quiet times skipped, sites and patrons renewed on events alone. Reads the same
// random streams and writes the same events. Built as by_day.cpp is.
#include "theatre.h"

#include <limits>

namespace {
constexpr int FAR = 1 << 30;
constexpr int NEVER = -10000;  // held since long ago; such sites share one table of days held
const double INF = std::numeric_limits<double>::infinity();

inline int due_day(int day, double rest, double hazard) {
  if (hazard <= 0.0) return FAR;
  const double days = std::ceil(rest / hazard);
  return days < 1e8 ? day + std::max(1, int(days)) : FAR;
}

// Lowest of many marks at position 1, the marks in the second half.
struct Marks {
  int half = 1;
  std::vector<double> at;
  explicit Marks(int n) {
    while (half < n) half *= 2;
    at.assign(2 * half, INF);
  }
  void build() { for (int i = half - 1; i > 0; --i) at[i] = std::min(at[2 * i], at[2 * i + 1]); }
  void set(int which, double mark) {
    int i = half + which;
    at[i] = mark;
    for (i /= 2; i >= 1; i /= 2) {
      const double low = std::min(at[2 * i], at[2 * i + 1]);
      if (at[i] == low) break;
      at[i] = low;
    }
  }
  int first() const {
    int i = 1;
    while (i < half) i = at[2 * i] <= at[2 * i + 1] ? 2 * i : 2 * i + 1;
    return i - half;
  }
};

// What all members share: site parts of hazards by number of hostile (own) neighbours, and what days do to them.
struct Tables {
  std::vector<double> rate, back, since_began, since_taken, since_long_ago;
  std::vector<int> rebels, ours, change;
};

double site_rate(const Numbers &p, const Theatre &t, int i, int rebels, double lost_share, double k) {
  double threat = 0.0;
  for (int q = 1; q < t.parties; ++q) threat = std::max(threat, t.threat[i * t.parties + q]);
  const int degree = t.start[i + 1] - t.start[i];
  const double share = degree > 0 ? double(rebels) / degree : 0.0, touched = share > 0.0 ? 1.0 : 0.0;
  double eta = p.loss0 + p.any * touched + p.share * share + p.threat * threat +
               p.size * (0.5 * std::log(std::max(t.population[i], 1.0) / 50.0));
  if (i == t.capital) eta += p.cap + p.cap_any * touched + p.cap_lost * lost_share + k;
  return std::exp(eta);
}

Tables make_tables(const Numbers &p, const Theatre &t) {
  Tables x;
  const int n = t.n, days = t.days;
  x.rate.assign(t.start[n] + n, 0.0); x.back.assign(t.start[n] + n, 0.0);
  x.rebels.assign(n, 0); x.ours.assign(n, 0);
  int oldest = 0;
  for (int i = 0; i < n; ++i) {
    if (t.taken[i] > NEVER) oldest = std::max(oldest, -t.taken[i]);
    for (int j = t.start[i]; j < t.start[i + 1]; ++j) {
      x.rebels[i] += t.presses[t.holder[t.near[j]]];
      x.ours[i] += t.holder[t.near[j]] == 0;
    }
    const int degree = t.start[i + 1] - t.start[i];
    for (int r = 0; r <= degree; ++r) {
      if (i != t.capital) x.rate[t.start[i] + i + r] = site_rate(p, t, i, r, 0.0, 0.0);
      if (r > 0) x.back[t.start[i] + i + r] = std::exp(p.re_share * (double(r) / degree));
    }
  }
  for (int d = 0; d <= days + 1; ++d) x.since_began.push_back(std::exp(p.duration * std::log(1.0 + d / 30.0)));
  for (int d = 0; d <= days + oldest; ++d) x.since_taken.push_back(std::exp(p.re_held * std::log(1.0 + d / 7.0)));
  int longest = 0;
  for (int i = 0; i < n; ++i) longest = std::min(longest, t.taken[i]);
  for (int d = 0; d <= days; ++d) x.since_long_ago.push_back(std::exp(p.re_held * std::log(1.0 + double(d - longest) / 7.0)));
  x.change.assign(days + 2, days + 1);
  for (int d = days, at = days + 1; d >= 1; --d) {
    bool moved = t.wd_do[d] != t.wd_do[d - 1] || t.wd_seen[d] != t.wd_seen[d - 1] || t.rf[d] != t.rf[d - 1] ||
                 t.sr[d] != t.sr[d - 1];
    for (int j = 0; j < t.patrons; ++j) {
      const int8_t *a = t.level_do + j * (days + 1), *b = t.level_seen + j * (days + 1);
      moved |= a[d] != a[d - 1] || b[d] != b[d - 1];
    }
    if (moved) at = d;
    x.change[d] = at;
  }
  return x;
}
}  // namespace

extern "C" {

// As in by_day.cpp.
int64_t run(const Numbers *pp, const Theatre *tt, int32_t members, int32_t *events, int64_t room, int32_t *end_day,
            int8_t *end_mode) {
  const Numbers &p = *pp; const Theatre &t = *tt;
  const int n = t.n, capital = t.capital;
  const double decay = std::pow(0.5, 1.0 / 7.0), redraw_hazard = -std::log(1.0 - p.redraw);
  const Tables tab = make_tables(p, t);
  const uint64_t *S = t.single;
  Marks marks(n);
  std::vector<int8_t> holder(n), party(n);
  std::vector<int> taken(n), n_loss(n), n_back(n), rebels(n), ours(n), front, place(n), changed(n), held_by(t.parties),
      gone(t.patrons);
  std::vector<double> rate(n), bell(n), back(n), back_clock(n), back_bell(n), weight(t.parties), exit_rest(t.patrons),
      exit_rate(t.patrons);
  int64_t found = 0;
  for (int32_t m = 0; m < members; ++m) {
    auto note = [&](int day, int kind, int site, int who, int loser) {
      if (found < room) {
        int32_t *e = events + 6 * found;
        e[0] = m; e[1] = day; e[2] = kind; e[3] = site; e[4] = who; e[5] = loser;
      }
      ++found;
    };
    double u = t.u[m], v = t.v[m], w = t.w[m], selection = 0.0;
    const double k = t.k[m];
    int lost_sites = 0;
    front.clear();
    std::fill(held_by.begin(), held_by.end(), 0);
    auto join = [&](int i) {
      back[i] = tab.back[t.start[i] + i + ours[i]];
      if (place[i] < 0) { place[i] = int(front.size()); front.push_back(i); }
      if (back_bell[i] < 0.0) back_bell[i] = exponential(t.key_re[i], m, n_back[i]);
    };
    for (int i = 0; i < n; ++i) {
      holder[i] = t.holder[i]; ++held_by[holder[i]];
      taken[i] = t.taken[i]; n_loss[i] = n_back[i] = 0; back_clock[i] = 0.0; back_bell[i] = -1.0;
      rebels[i] = tab.rebels[i]; ours[i] = tab.ours[i]; place[i] = -1;
      rate[i] = tab.rate[t.start[i] + i + rebels[i]];
      marks.at[marks.half + i] = INF;
      if (holder[i] != 0) {
        ++lost_sites;
        if (t.presses[holder[i]] && ours[i] > 0) join(i);
      } else {
        bell[i] = exponential(t.key_loss[i], m, 0);
        if (i != capital && rate[i] > 0.0) marks.at[marks.half + i] = bell[i] / rate[i];
      }
    }
    marks.build();
    auto renew_capital = [&]() {
      if (holder[capital] == 0) rate[capital] = site_rate(p, t, capital, rebels[capital], double(lost_sites) / n, k);
    };
    renew_capital();
    for (int j = 0; j < t.patrons; ++j) {
      gone[j] = FAR; exit_rate[j] = 0.0; exit_rest[j] = exponential(t.key_exit[j], m, 0);
    }
    double exit_time = 0.0, exit_at = 0.0, exit_due = INF;
    auto count_down = [&]() {
      for (int j = 0; j < t.patrons; ++j) exit_rest[j] -= (exit_time - exit_at) * exit_rate[j];
      exit_at = exit_time;
    };
    bool campaign = true, stale = true;
    int began = 0, rescued = 0, flag = 0, nth_start = 0, nth_end = 0, nth_redraw = 0, nth_rescue = 0, end = SURVIVES, last = 0;
    double redraw_rest = exponential(S[0], m, 0);
    int redraw_from = 0, redraw_day = due_day(0, redraw_rest, redraw_hazard);
    int start_day = FAR, over_day = due_day(0, exponential(S[3], m, 0), p.end), change_at = 0;
    double rescue_clock = 0.0, rescue_bell = exponential(S[6], m, 0);
    const double b_coup = exponential(S[7], m, 0), b_peace = exponential(S[8], m, 0), rescue_pace = std::exp(p.rescue0);
    const int coup_day = due_day(0, b_coup, p.coup), peace_day = due_day(0, b_peace, p.settlement);
    double lost = 0.0, retaken = 0.0, m_lost = 0.0, time = 0.0, capital_clock = 0.0, pace = 0.0, pace_back = 0.0;
    for (int day = 1; day <= t.days; ++day) {
      if (!campaign && !stale && day < change_at) {
        int until = std::min(std::min(start_day, coup_day), std::min(peace_day, change_at));
        if (exit_due < INF) {
          const double steps = std::max(1.0, std::ceil(exit_due - exit_time));
          if (day - 1.0 + steps < until) until = day - 1 + int(steps);
        }
        until = std::min(until, t.days + 1);
        if (until > day) {
          exit_time += until - day;
          day = until;
          if (day > t.days) break;
        }
      }
      double part_of_day = 2.0;
      if (stale || day >= change_at) {
        change_at = tab.change[day + 1];
        count_down();
        exit_due = INF;
        for (int j = 0; j < t.patrons; ++j) {
          exit_rate[j] = gone[j] > day && t.level_do[j * (t.days + 1) + day] > 0 ? p.exit : 0.0;
          if (exit_rate[j] > 0.0) exit_due = std::min(exit_due, exit_time + exit_rest[j] / exit_rate[j]);
        }
        if (campaign) {
          double wd_do = t.wd_do[day], wd_seen = t.wd_seen[day], rf = t.rf[day], sr = t.sr[day], sg_do = 0.0, sg_seen = 0.0;
          if (flag > day) { wd_do = wd_seen = 1.0; change_at = std::min(change_at, flag); }
          if (rescued > day) { wd_do = wd_seen = 0.0; rf = 1.0; change_at = std::min(change_at, rescued); }
          for (int j = 0; j < t.patrons; ++j)
            if (gone[j] > day) {
              sg_do = std::max(sg_do, double(t.level_do[j * (t.days + 1) + day]));
              sg_seen = std::max(sg_seen, double(t.level_seen[j * (t.days + 1) + day]));
            }
          if (rescued > day) { sg_do = std::max(sg_do, 2.0); sg_seen = std::max(sg_seen, 2.0); }
          const double sg = p.c_sg * sg_do + (1.0 - p.c_sg) * sg_seen, wd = p.c_wd * wd_do + (1.0 - p.c_wd) * wd_seen;
          pace = std::exp((u + selection) + w + p.sg * sg + p.wd * wd + p.rf * rf + p.sr * sr);
          pace_back = std::exp(p.re0 + v + p.re_rf * rf + p.re_sg * sg + p.re_sr * sr);
        }
        stale = false;
      }
      exit_time += 1.0;
      if (campaign) {
        const double common = pace * tab.since_began[day - began];
        int n_changed = 0;
        time += common;
        if (holder[capital] == 0) {
          const double step = rate[capital] * common;
          capital_clock += step;
          if (capital_clock >= bell[capital]) {
            part_of_day = (bell[capital] - (capital_clock - step)) / step;
            end = uniform(S[9], m, 0) < p.p_flight ? FLIGHT : DEFEAT;
            changed[n_changed++] = capital;
          }
        }
        while (marks.at[1] <= time) {
          const int i = marks.first();
          marks.set(i, INF);
          changed[n_changed++] = i;
        }
        for (int c = 0; c < n_changed; ++c) {
          const int i = changed[c];
          ++n_loss[i];
          std::fill(weight.begin(), weight.end(), 0.0);
          for (int j = t.start[i]; j < t.start[i + 1]; ++j) weight[holder[t.near[j]]] += 1.0;
          double total = 0.0;
          for (int q = 1; q < t.parties; ++q)
            total += weight[q] = (weight[q] + t.threat[i * t.parties + q]) * t.takes[q];
          if (total == 0.0)
            for (int q = 1; q < t.parties; ++q) total += weight[q] = (held_by[q] + 1.0) * t.takes[q] * t.presses[q];
          double mark = uniform(t.key_taker[i], m, n_loss[i]) * total;
          party[c] = int8_t(t.parties - 1);
          for (int q = 1; q < t.parties; ++q) {
            mark -= weight[q];
            if (mark < 0.0) { party[c] = int8_t(q); break; }
          }
        }
        if (!front.empty()) {
          const double common_back = pace_back * std::exp(p.re_m * m_lost + p.re_mg * std::log(1.0 + 20.0 * retaken));
          for (int i : front) {
            const double since = taken[i] > NEVER ? tab.since_taken[day - taken[i]] : tab.since_long_ago[day];
            back_clock[i] += common_back * back[i] * since;
            if (back_clock[i] >= back_bell[i]) {
              ++n_back[i];
              back_clock[i] = 0.0; back_bell[i] = -1.0;
              changed[n_changed] = i; party[n_changed++] = 0;
            }
          }
        }
        lost *= decay; retaken *= decay;
        m_lost = std::log(1.0 + 20.0 * lost);
        if (day == redraw_day) {
          ++nth_redraw;
          redraw_rest = exponential(S[0], m, nth_redraw); redraw_from = day;
          redraw_day = due_day(day, redraw_rest, redraw_hazard);
          w = p.sd_w * normal(S[1], m, nth_redraw);
          stale = true;
        }
        rescue_clock += rescue_pace * std::exp(p.rescue_m * m_lost);
        if (rescue_clock >= rescue_bell) {
          ++nth_rescue; rescue_clock = 0.0; rescue_bell = exponential(S[6], m, nth_rescue);
          rescued = day + 1 + FLAG_DAYS;
          stale = true;
          note(day, RESCUE, -1, -1, -1);
        }
        if (n_changed > 0) {
          for (int a = 1; a < n_changed; ++a) {
            const int i = changed[a]; const int8_t who = party[a];
            int b = a - 1;
            for (; b >= 0 && changed[b] > i; --b) { changed[b + 1] = changed[b]; party[b + 1] = party[b]; }
            changed[b + 1] = i; party[b + 1] = who;
          }
          for (int c = 0; c < n_changed; ++c) {
            const int i = changed[c];
            if (party[c] == 0) {
              retaken += 1.0 / n;
              note(day, RECAPTURE, i, 0, holder[i]);
              if (i == capital) capital_clock = 0.0;
            } else {
              lost += 1.0 / n;
              note(day, CAPTURE, i, party[c], 0);
            }
          }
          for (int c = 0; c < n_changed; ++c) {
            const int i = changed[c], now = party[c], old = holder[i];
            holder[i] = int8_t(now); taken[i] = day; --held_by[old]; ++held_by[now];
            if (now == 0) { --lost_sites; bell[i] = exponential(t.key_loss[i], m, n_loss[i]); }
            else if (old == 0) { ++lost_sites; back_clock[i] = 0.0; }
            for (int j = t.start[i]; j < t.start[i + 1]; ++j) {
              rebels[t.near[j]] += t.presses[now] - t.presses[old];
              ours[t.near[j]] += (now == 0) - (old == 0);
            }
          }
          auto renew = [&](int i) {
            const double mark = marks.at[marks.half + i];
            double next = INF;
            if (holder[i] != 0 && t.presses[holder[i]] && ours[i] > 0) {
              join(i);
            } else if (place[i] >= 0) {
              const int other = front.back();
              front[place[i]] = other; place[other] = place[i]; place[i] = -1;
              front.pop_back();
            }
            if (holder[i] == 0 && i != capital) {
              const double now = tab.rate[t.start[i] + i + rebels[i]];
              if (mark == INF) next = now > 0.0 ? time + bell[i] / now : INF;
              else if (now != rate[i]) next = now > 0.0 ? time + (mark - time) * rate[i] / now : INF;
              else next = mark;
              rate[i] = now;
            }
            if (next != mark) marks.set(i, next);
          };
          for (int c = 0; c < n_changed; ++c) {
            renew(changed[c]);
            for (int j = t.start[changed[c]]; j < t.start[changed[c] + 1]; ++j) renew(t.near[j]);
          }
          renew_capital();
          m_lost = std::log(1.0 + 20.0 * lost);
        }
        if (day == over_day) {
          ++nth_end;
          campaign = false;
          redraw_rest -= (day - redraw_from) * redraw_hazard;
          start_day = due_day(day, exponential(S[2], m, nth_start), p.start);
          note(day, CAMPAIGN_END, -1, -1, -1);
        }
      } else if (day == start_day) {
        ++nth_start;
        campaign = stale = true;
        began = day; lost = retaken = m_lost = 0.0; selection = p.selection;
        u = p.sd_u * normal(S[4], m, nth_start); v = p.sd_v * normal(S[5], m, nth_start);
        ++nth_redraw; w = p.sd_w * normal(S[1], m, nth_redraw);
        redraw_from = day; redraw_day = due_day(day, redraw_rest, redraw_hazard);
        over_day = due_day(day, exponential(S[3], m, nth_end), p.end);
        note(day, CAMPAIGN_START, -1, -1, -1);
      }
      if (exit_time >= exit_due) {
        count_down();
        for (int j = 0; j < t.patrons; ++j) {
          if (exit_rate[j] == 0.0 || exit_rest[j] > 0.0) continue;
          gone[j] = day + 1; exit_rate[j] = 0.0;
          if (t.level_do[j * (t.days + 1) + day] >= 2) flag = day + 1 + FLAG_DAYS;
          stale = true;
          note(day, PATRON_EXIT, -1, j, -1);
        }
        if (stale) exit_due = INF;
      }
      if (day == coup_day) {
        const double part = (b_coup - (day - 1) * p.coup) / p.coup;
        if (part < part_of_day) { part_of_day = part; end = COUP; }
      }
      if (day == peace_day) {
        const double part = (b_peace - (day - 1) * p.settlement) / p.settlement;
        if (part < part_of_day) { part_of_day = part; end = SETTLEMENT; }
      }
      if (part_of_day < 2.0) {
        last = day;
        note(day, REGIME_END, capital, end, -1);
        break;
      }
    }
    end_day[m] = last; end_mode[m] = int8_t(end);
  }
  return found;
}
}
