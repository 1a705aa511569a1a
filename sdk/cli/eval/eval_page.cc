// Draws curves as SVG and puts them with tables on a page.
#include "eval/eval_page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "failure.h"
#include "files.h"
#include "html.h"
#include "printable.h"

namespace visavis::cli {
namespace {

constexpr int kLeft = 70, kRight = 490, kTop = 20, kBottom = 350, kBelow = 50;  // px
constexpr int kName = 32, kLine = 18, kLetter = 8;                              // of the names at the right
// Okabe and Ito's, which most people can tell apart.
constexpr std::array kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"};

constexpr const char* kStyle =
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#222;max-width:60rem}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{padding:.25rem .8rem;border-bottom:1px solid "
    "#ddd;text-align:right}"
    "th:first-child,td:first-child{text-align:left}svg{max-width:100%;height:auto}h2{margin-top:2rem}";

std::string number(const char* format, double value) {
  char text[48];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

// One axis: from values to px.
class Axis {
 public:
  // `from` and `to` in px; `values` are all that must be on it.
  Axis(bool log, std::vector<double> values, double from, double to) : log_(log), from_(from), to_(to) {
    if (log_) std::erase_if(values, [](double value) { return !(value > 0); });
    if (values.empty()) values = {log_ ? 0.1 : 0.0, 1};
    const auto [least, most] = std::ranges::minmax(values);
    low_ = log_ ? std::floor(std::log10(least) + 1e-9) : std::min(0.0, least);
    high_ = log_ ? std::ceil(std::log10(most) - 1e-9) : most;
    if (!(high_ > low_)) high_ = low_ + 1;
    if (!log_) high_ = std::ceil(high_ / step()) * step();
  }
  bool shows(double value) const { return !log_ || value > 0; }
  double at(double value) const { return at_scaled(log_ ? std::log10(value) : value); }
  // The lower end where it cannot be shown.
  double at_or_end(double value) const { return shows(value) ? std::max(at(value), std::min(from_, to_)) : from_; }

  std::vector<std::pair<double, std::string>> ticks() const {
    std::vector<std::pair<double, std::string>> ticks;
    const double by = log_ ? 1 : step();
    for (double at = low_; at <= high_ + by / 1000; at += by)
      ticks.emplace_back(at_scaled(at), log_ ? number("1e%.0f", at) : number("%.3g", at));
    return ticks;
  }

 private:
  double at_scaled(double value) const { return from_ + (value - low_) / (high_ - low_) * (to_ - from_); }
  // Of a linear axis: 1, 2 or 5 times a power of ten, so that there are 4 to 10 of them.
  double step() const {
    const double rough = (high_ - low_) / 5, power = std::pow(10.0, std::floor(std::log10(rough)));
    const double times = rough / power;
    return power * (times < 1.5 ? 1 : times < 3.5 ? 2 : times < 7.5 ? 5 : 10);
  }

  bool log_;
  double from_, to_, low_ = 0, high_ = 1;
};

std::string xy(double x, double y) { return number("%.1f", x) + ',' + number("%.1f", y) + ' '; }

std::string svg_text(double x, double y, const char* anchor, const std::string& text) {
  return "<text x=\"" + number("%.1f", x) + "\" y=\"" + number("%.1f", y) + "\" text-anchor=\"" + anchor + "\">" +
         escaped(text) + "</text>";
}

std::string draw(const Curve& curve, const char* colour, const Axis& x, const Axis& y) {
  std::string line, upper, lower;
  for (const CurvePoint& point : curve.points) {
    if (!x.shows(point.x)) continue;
    if (y.shows(point.y)) line += xy(x.at(point.x), y.at(point.y));
    if (!point.bounds) continue;
    upper += xy(x.at(point.x), y.at_or_end(point.bounds->second));
    lower = xy(x.at(point.x), y.at_or_end(point.bounds->first)) + lower;
  }
  const std::string of = std::string("\"") + colour + '"';
  std::string drawn;
  if (!upper.empty()) drawn += "<polygon points=\"" + upper + lower + "\" fill=" + of + " opacity=\"0.12\"/>";
  return drawn + "<polyline points=\"" + line + "\" fill=\"none\" stroke=" + of + " stroke-width=\"2\"/>\n";
}

}  // namespace

EvalPage::EvalPage(std::string title) : title_(std::move(title)) {}

void EvalPage::add_heading(const std::string& text) { body_ += "<h2>" + escaped(text) + "</h2>\n"; }
void EvalPage::add_text(const std::string& text) { body_ += "<p>" + escaped(text) + "</p>\n"; }

void EvalPage::add_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  const auto row = [](const std::vector<std::string>& cells, const std::string& tag) {
    std::string text = "<tr>";
    for (const std::string& cell : cells) text.append("<" + tag + ">" + escaped(cell) + "</" + tag + ">");
    return text + "</tr>\n";
  };
  body_ += "<table>" + row(header, "th");
  for (const auto& cells : rows) body_ += row(cells, "td");
  body_ += "</table>\n";
}

void EvalPage::add_chart(const Chart& chart) {
  std::vector<double> xs, ys;
  for (const Curve& curve : chart.curves)
    for (const CurvePoint& point : curve.points) {
      xs.push_back(point.x), ys.push_back(point.y);
      if (point.bounds) ys.push_back(point.bounds->second);
    }
  const double left = kLeft, right = kRight, top = kTop, bottom = kBottom;
  size_t longest = 0;  // in bytes: of letters that have several, there are fewer
  for (const Curve& curve : chart.curves) longest = std::max(longest, shortened(curve.name).size());
  const int width = kRight + kName + kLetter * std::max(int(longest), 10);
  const int height = std::max(kBottom + kBelow, kTop + kLine * (int(chart.curves.size()) + 1));
  const Axis x(chart.log_x, xs, left, right), y(chart.log_y, ys, bottom, top);
  std::string svg = "<svg viewBox=\"0 0 " + std::to_string(width) + ' ' + std::to_string(height) + "\" width=\"" +
                    std::to_string(width) +
                    "\" font-family=\"system-ui,sans-serif\" font-size=\"12\" role=\"img\">\n<title>" +
                    escaped(chart.title) + "</title>\n<g stroke=\"#ddd\">";
  std::string labels;
  for (const auto& [at, text] : x.ticks()) {
    svg += "<path d=\"M" + xy(at, top) + "V" + number("%.1f", bottom) + "\"/>";
    labels += svg_text(at, bottom + 18, "middle", text);
  }
  for (const auto& [at, text] : y.ticks()) {
    svg += "<path d=\"M" + xy(left, at) + "H" + number("%.1f", right) + "\"/>";
    labels += svg_text(left - 8, at + 4, "end", text);
  }
  svg += "</g>\n" + labels + svg_text((left + right) / 2, bottom + 40, "middle", chart.x) +
         "<g transform=\"rotate(-90 16 " + number("%.1f", (top + bottom) / 2) + ")\">" +
         svg_text(16, (top + bottom) / 2, "middle", chart.y) + "</g>\n";
  for (size_t i = 0; i < chart.curves.size(); ++i) {
    const char* const colour = kColours[i % kColours.size()];
    svg += draw(chart.curves[i], colour, x, y);
    const double at = top + 16 + kLine * double(i);
    svg += "<path d=\"M" + xy(right + 10, at - 4) + "h16\" stroke=\"" + colour + "\" stroke-width=\"3\"/>" +
           svg_text(right + kName, at, "start", shortened(chart.curves[i].name));
  }
  body_ += "<h3>" + escaped(chart.title) + "</h3>\n" + svg + "</svg>\n";
}

std::string EvalPage::html() const {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escaped(title_) +
         "</title>\n<style>" + kStyle + "</style></head>\n<body><h1>" + escaped(title_) + "</h1>\n" + body_ +
         "</body></html>\n";
}

std::string percent(const std::optional<double>& rate) { return rate ? number("%.3g %%", 100 * *rate) : "–"; }

void add_report_option(Command* command, std::string& report) {
  command->add_option("--report", report, "Write a page with curves and tables, an .html that needs nothing else")
      .type_name("FILE");
}

void check_report_place(const std::string& report) {
  if (report.empty()) return;
  if (!is_html(report)) throw WrongUse("--report is " + report + ": give the file the ending .html");
  require_new_file(report);
}

void write_page(const std::string& report, const EvalPage& page) {
  if (report.empty()) return;
  write_text(report, page.html());
}

}  // namespace visavis::cli
