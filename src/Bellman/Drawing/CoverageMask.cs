namespace Bellman;

/// <summary>
/// How much of each pixel a shape covers. Polygons by the exact area on either side of their edges, lines and circles by the distance to them.
/// Places are in pixels, y downwards.
/// </summary>
internal sealed class CoverageMask
{
    private readonly int rows, columns, stride;
    private readonly float[] areas;
    private int top, bottom, left, right;

    public CoverageMask(int rows, int columns)
    {
        // Two more columns take what edges at the right border carry beyond it.
        (this.rows, this.columns, stride) = (rows, columns, columns + 2);
        areas = new float[rows * stride];
        (top, left) = (rows, columns);
    }

    /// <summary>Adds a polygon; several together make one shape, inside by the non-zero rule.</summary>
    public void AddPolygon(ReadOnlySpan<ScenePoint> corners)
    {
        for (var i = 0; i < corners.Length; i++)
        {
            AddEdge(corners[i], corners[i + 1 == corners.Length ? 0 : i + 1]);
            Touch(corners[i].X, corners[i].Y, 0);
        }
    }

    /// <summary>Adds lines from point to point with round ends.</summary>
    public void AddLine(ReadOnlySpan<ScenePoint> points, double thickness)
    {
        // What is thinner than a pixel is drawn a pixel wide and paler.
        var radius = Math.Max(thickness, 1) / 2;
        var strength = Math.Min(thickness, 1);
        for (var i = 0; i < points.Length - 1; i++)
        {
            var (from, along) = (points[i], points[i + 1].Offset(-points[i].X, -points[i].Y));
            var square = (along.X * along.X) + (along.Y * along.Y);
            Touch(from.X, from.Y, radius + 1);
            Touch(points[i + 1].X, points[i + 1].Y, radius + 1);
            var (firstRow, lastRow) = Range(from.Y, points[i + 1].Y, radius + 1, rows);
            for (var row = firstRow; row < lastRow; row++)
            {
                var y = row + 0.5 - from.Y;
                var (firstColumn, lastColumn) = Range(from.X, points[i + 1].X, radius + 1, columns);
                for (var column = firstColumn; column < lastColumn; column++)
                {
                    var x = column + 0.5 - from.X;
                    var t = square > 0 ? Math.Clamp(((x * along.X) + (y * along.Y)) / square, 0, 1) : 0;
                    Raise(row, column, strength * Inside(radius - Length(x - (t * along.X), y - (t * along.Y))));
                }
            }
        }
    }

    /// <summary>Adds a circle.</summary>
    public void AddCircle(ScenePoint center, double radius) => AddLine([center, center], 2 * radius);

    /// <summary>Lays a colour over pixels where the shape covers them, and forgets the shape.</summary>
    /// <param name="color">The colour.</param>
    /// <param name="pixels">Red, green, blue, <c>[rows, columns, 3]</c>.</param>
    /// <param name="accumulated">Whether the shape was polygons, whose areas are yet to be summed along the rows.</param>
    public void Paint(SceneColor color, Span<byte> pixels, bool accumulated)
    {
        for (var row = top; row < bottom; row++)
        {
            var line = areas.AsSpan(row * stride, stride);
            var sum = 0f;
            for (var column = accumulated ? 0 : left; column < right; column++)
            {
                sum = accumulated ? sum + line[column] : line[column];
                var opacity = Math.Min(Math.Abs(sum), 1) * color.Alpha / 255;
                if (opacity > 0.001f)
                {
                    var pixel = pixels.Slice(3 * ((row * columns) + column), 3);
                    pixel[0] = Mix(pixel[0], color.Red, opacity);
                    pixel[1] = Mix(pixel[1], color.Green, opacity);
                    pixel[2] = Mix(pixel[2], color.Blue, opacity);
                }
            }

            line.Clear();
        }

        (top, bottom, left, right) = (rows, 0, columns, 0);
    }

    private static byte Mix(byte below, byte above, float opacity) => (byte)(below + ((above - below) * opacity) + 0.5f);

    private static double Length(double x, double y) => Math.Sqrt((x * x) + (y * y));

    // A straight border at a distance from the pixel's centre covers about so much of it.
    private static double Inside(double distance) => Math.Clamp(distance + 0.5, 0, 1);

    private static (int First, int End) Range(double one, double other, double margin, int count) =>
        ((int)Math.Clamp(Math.Floor(Math.Min(one, other) - margin), 0, count), (int)Math.Clamp(Math.Ceiling(Math.Max(one, other) + margin), 0, count));

    private void Raise(int row, int column, double coverage)
    {
        ref var value = ref areas[(row * stride) + column];
        value = Math.Max(value, (float)coverage);
    }

    private void Touch(double x, double y, double margin)
    {
        var (firstRow, endRow) = Range(y, y, margin, rows);
        var (firstColumn, endColumn) = Range(x, x, margin, columns);
        (top, bottom) = (Math.Min(top, firstRow), Math.Max(bottom, Math.Min(rows, endRow + 1)));
        (left, right) = (Math.Min(left, firstColumn), Math.Max(right, Math.Min(columns, endColumn + 1)));
    }

    // Each row gets, at the pixels that the edge crosses, by how much the area to their right changes; a sum along the row gives the areas themselves.
    private void AddEdge(ScenePoint from, ScenePoint to)
    {
        var sign = 1.0;
        if (from.Y > to.Y)
        {
            (from, to, sign) = (to, from, -1.0);
        }

        if (from.Y == to.Y || to.Y <= 0 || from.Y >= rows)
        {
            return;
        }

        var slope = (to.X - from.X) / (to.Y - from.Y);
        var (start, end) = (Math.Max(from.Y, 0), Math.Min(to.Y, rows));
        for (var row = (int)start; row < end; row++)
        {
            var (high, low) = (Math.Max(start, row), Math.Min(end, row + 1));
            AddWithinRow(row, from.X + (slope * (high - from.Y)), from.X + (slope * (low - from.Y)), sign * (low - high));
        }
    }

    private void AddWithinRow(int row, double x0, double x1, double height)
    {
        var (first, last) = x0 < x1 ? (x0, x1) : (x1, x0);

        // Left of the picture an edge counts at its border, right of it not at all.
        if (last <= 0 || first >= columns)
        {
            areas[(row * stride) + (last <= 0 ? 0 : columns)] += (float)height;
            return;
        }

        if (first < 0 || last > columns)
        {
            var (outsideLeft, outsideRight) = (Math.Max(0, -first) / (last - first), Math.Max(0, last - columns) / (last - first));
            areas[row * stride] += (float)(height * outsideLeft);
            areas[(row * stride) + columns] += (float)(height * outsideRight);
            height *= 1 - outsideLeft - outsideRight;
            (first, last) = (Math.Max(first, 0), Math.Min(last, columns));
        }

        var line = areas.AsSpan(row * stride, stride);
        var density = last > first ? height / (last - first) : 0;
        for (var column = (int)first; column <= last && column <= columns; column++)
        {
            var (a, b) = (Math.Max(first, column), Math.Min(last, column + 1));
            var part = last > first ? density * (b - a) : height;
            var middle = ((a + b) / 2) - column;
            line[column] += (float)(part * (1 - middle));
            line[column + 1] += (float)(part * middle);
        }
    }
}
