namespace Bellman.Numerics.Tests;

/// <summary>Every operation against its twin in double precision, away from kinks.</summary>
[Trait("Category", "Kernels")]
public sealed class GradientTests
{
    public static TheoryData<string> Names => [.. Cases.Keys];

    private static readonly Dictionary<string, (Shape[] Shapes, Func<Tensor[], Tensor> Operation, Func<double[][], double[]> Twin, Func<double, double>? Domain)> Cases = new()
    {
        ["Exp"] = Unary(x => x.Exp(), Math.Exp),
        ["Log"] = Unary(x => x.Log(), Math.Log, Positive),
        ["Tanh"] = Unary(x => x.Tanh(), Math.Tanh),
        ["Sigmoid"] = Unary(x => x.Sigmoid(), x => 1 / (1 + Math.Exp(-x))),
        ["Softplus"] = Unary(x => x.Softplus(), x => Math.Log(1 + Math.Exp(x))),
        ["Relu"] = Unary(x => x.Relu(), x => Math.Max(x, 0), AwayFromZero),
        ["Erf"] = Unary(x => x.Erf(), Erf),
        ["Square"] = Unary(x => x.Square(), x => x * x),
        ["Sqrt"] = Unary(x => x.Sqrt(), Math.Sqrt, Positive),
        ["Abs"] = Unary(x => x.Abs(), Math.Abs, AwayFromZero),
        ["Reciprocal"] = Unary(x => x.Reciprocal(), x => 1 / x, Positive),
        ["Clamp"] = Unary(x => x.Clamp(-0.5f, 0.7f), x => Math.Clamp(x, -0.5, (double)0.7f)),
        ["Negate"] = Unary(x => -x, x => -x),
        ["AddNumber"] = Unary(x => 2.5f + x + 1.5f, x => x + 4),
        ["SubtractNumber"] = Unary(x => 2.5f - (x - 1.5f), x => 4 - x),
        ["MultiplyNumber"] = Unary(x => 2.5f * (x * 1.5f), x => x * 3.75),
        ["DivideByNumber"] = Unary(x => x / 4f, x => x / 4),
        ["DivideNumber"] = Unary(x => 3f / x, x => 3 / x, Positive),
        ["Add"] = Binary((a, b) => a + b, (a, b) => a + b),
        ["Subtract"] = Binary((a, b) => a - b, (a, b) => a - b),
        ["Multiply"] = Binary((a, b) => a * b, (a, b) => a * b),
        ["Divide"] = Binary((a, b) => a / b, (a, b) => a / b, Positive),
        ["Minimum"] = Binary(Tensor.Minimum, Math.Min),
        ["Maximum"] = Binary(Tensor.Maximum, Math.Max),
        ["MultiplyByItself"] = Unary(x => x * x, x => x * x),
        ["AddSuffix"] = ([(5, 3), 3], x => x[0] + x[1], x => Map(15, i => x[0][i] + x[1][i % 3]), null),
        ["SubtractFromSuffix"] = ([18, (4, 18)], x => x[0] - x[1], x => Map(72, i => x[0][i % 18] - x[1][i]), null),
        ["MultiplySingle"] = ([(5, 7), 1], x => x[0] * x[1], x => Map(35, i => x[0][i] * x[1][0]), null),
        ["DivideSingle"] = ([1, (5, 7)], x => x[0] / x[1], x => Map(35, i => x[0][0] / x[1][i]), Positive),
        ["Where"] = ([(4, 5), (4, 5)], x => Tensor.Where(x[0].Tape.Input([.. Enumerable.Range(0, 20).Select(i => i % 3 == 0 ? 1f : 0f)], (4, 5)), x[0], x[1]),
            x => Map(20, i => i % 3 == 0 ? x[0][i] : x[1][i]), null),
        ["Sum"] = ([(7, 9)], x => x[0].Sum(), x => [x[0].Sum()], null),
        ["Mean"] = ([(7, 9)], x => x[0].Mean(), x => [x[0].Average()], null),
        ["SumLast"] = ([(6, 37)], x => x[0].SumLast(), x => Map(6, r => Row(x[0], r, 37).Sum()), null),
        ["MeanLast"] = ([(6, 3)], x => x[0].MeanLast(), x => Map(6, r => Row(x[0], r, 3).Average()), null),
        ["SumFirst"] = ([(6, 70)], x => x[0].SumFirst(), x => Map(70, c => Enumerable.Range(0, 6).Sum(r => x[0][(r * 70) + c])), null),
        ["MaxLast"] = ([(6, 5)], x => x[0].MaxLast(), x => Map(6, r => Row(x[0], r, 5).Max()), null),
        ["LogSoftmax"] = ([(6, 5)], x => x[0].LogSoftmax(), x => Map(30, i => x[0][i] - LogSumExp(Row(x[0], i / 5, 5))), null),
        ["Softmax"] = ([(3, 20)], x => x[0].Softmax(), x => Map(60, i => Math.Exp(x[0][i] - LogSumExp(Row(x[0], i / 20, 20)))), null),
        ["LogSumExp"] = ([(6, 5)], x => x[0].LogSumExp(), x => Map(6, r => LogSumExp(Row(x[0], r, 5))), null),
        ["Gather"] = ([(4, 3)], x => x[0].Gather(x[0].Tape.Indices([2, 0, 1, 1])), x => [x[0][2], x[0][3], x[0][7], x[0][10]], null),
        ["RepeatLast"] = ([(4, 3)], x => x[0].RepeatLast(18), x => Map(4 * 3 * 18, i => x[0][i / 18]), null),
        ["Reshape"] = ([(4, 6)], x => x[0].Reshape((8, 3)) * x[0].Reshape((8, 3)), x => Map(24, i => x[0][i] * x[0][i]), null),
        ["Slice"] = ([(4, 6)], x => x[0].Slice(2, 3), x => Map(12, i => x[0][(i / 3 * 6) + 2 + (i % 3)]), null),
        ["Rows"] = ([(4, 6)], x => x[0].Rows(1, 2), x => Map(12, i => x[0][6 + i]), null),
        ["Concatenate"] = ([(3, 2), (3, 4), (3, 1)], x => Tensor.Concatenate(x[0], x[1], x[2], x[0]),
            x => Map(27, i => (i % 9) switch { < 2 => x[0][(i / 9 * 2) + (i % 9)], < 6 => x[1][(i / 9 * 4) + (i % 9) - 2], 6 => x[2][i / 9], _ => x[0][(i / 9 * 2) + (i % 9) - 7] }), null),
        ["MatMul"] = ([(5, 7), (7, 19)], x => x[0].MatMul(x[1]), x => Product(x[0], x[1], 5, 7, 19, false), null),
        ["MatMulTransposed"] = ([(5, 7), (19, 7)], x => x[0].MatMul(x[1], transposeOther: true), x => Product(x[0], x[1], 5, 7, 19, true), null),
        ["MatMulWithItself"] = ([(6, 6)], x => x[0].MatMul(x[0]), x => Product(x[0], x[0], 6, 6, 6, false), null),
        ["Linear"] = Linear(Activation.None, x => x),
        ["LinearTanh"] = Linear(Activation.Tanh, Math.Tanh),
        ["LinearRelu"] = Linear(Activation.Relu, x => Math.Max(x, 0)),
        ["LinearSigmoid"] = Linear(Activation.Sigmoid, x => 1 / (1 + Math.Exp(-x))),
        ["LinearOfThreeAxes"] = ([(2, 3, 4), (4, 5)], x => Tensor.Linear(x[0], x[1]), x => Product(x[0], x[1], 6, 4, 5, false), null),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_EqualsItsDoubleTwin_ForwardBackwardAndTangent(string name)
    {
        var (shapes, operation, twin, domain) = Cases[name];
        GradientCheck.Run(shapes, operation, twin, domain);
    }

    [Theory]
    [InlineData(Activation.None)]
    [InlineData(Activation.Tanh)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Sigmoid)]
    public void FusedLinear_EqualsItsDoubleTwin_TowardsInputWeightAndBias(Activation activation)
    {
        int[] sizes = [17 * 6, 6 * 33, 33];
        var random = new Random(5);
        var values = sizes.Select(n => Enumerable.Range(0, n).Select(_ => (double)(float)((2 * random.NextDouble()) - 1)).ToArray()).ToArray();
        Func<double, double> function = activation switch
        {
            Activation.Tanh => Math.Tanh,
            Activation.Relu => x => Math.Max(x, 0),
            Activation.Sigmoid => x => 1 / (1 + Math.Exp(-x)),
            _ => x => x,
        };
        double[] Twin() => Product(values[0], values[1], 17, 6, 33, false).Select((y, i) => function(y + values[2][i % 33])).ToArray();

        Parameter x = new("x", (17, 6)), weight = new("weight", (6, 33)), bias = new("bias", 33);
        Parameter[] parameters = [x, weight, bias];
        for (var p = 0; p < 3; p++)
        {
            parameters[p].CopyFrom(values[p].Select(v => (float)v).ToArray());
        }

        var optimizer = new Sgd(parameters, 1);
        using var tape = new Tape();
        var output = Tensor.Linear(tape.Use(x), weight, bias, activation);
        GradientCheck.AssertClose(Twin(), output.Values, 1e-5, "forward");
        var factors = Enumerable.Range(0, 17 * 33).Select(i => (float)Math.Sin(i + 1)).ToArray();
        optimizer.Backward((output * tape.Input(factors, (17, 33))).Sum());
        for (var p = 0; p < 3; p++)
        {
            var gradient = new double[sizes[p]];
            for (var i = 0; i < gradient.Length; i++)
            {
                var kept = values[p][i];
                values[p][i] = kept + 1e-6;
                var above = Twin().Zip(factors, (y, w) => y * w).Sum();
                values[p][i] = kept - 1e-6;
                var below = Twin().Zip(factors, (y, w) => y * w).Sum();
                values[p][i] = kept;
                gradient[i] = (above - below) / 2e-6;
            }

            GradientCheck.AssertClose(gradient, parameters[p].Gradient, 1e-4, parameters[p].Name);
        }
    }

    private static (Shape[], Func<Tensor[], Tensor>, Func<double[][], double[]>, Func<double, double>?) Unary(Func<Tensor, Tensor> operation, Func<double, double> twin, Func<double, double>? domain = null) =>
        ([(5, 7)], x => operation(x[0]), x => [.. x[0].Select(twin)], domain);

    private static (Shape[], Func<Tensor[], Tensor>, Func<double[][], double[]>, Func<double, double>?) Binary(Func<Tensor, Tensor, Tensor> operation, Func<double, double, double> twin, Func<double, double>? domain = null) =>
        ([(5, 7), (5, 7)], x => operation(x[0], x[1]), x => [.. x[0].Zip(x[1], twin)], domain);

    private static (Shape[], Func<Tensor[], Tensor>, Func<double[][], double[]>, Func<double, double>?) Linear(Activation activation, Func<double, double> function) =>
        ([(5, 6), (6, 9), 9], x => Tensor.Linear(x[0], x[1], x[2], activation), x => [.. Product(x[0], x[1], 5, 6, 9, false).Select((y, i) => function(y + x[2][i % 9]))], null);

    private static double Positive(double x) => Math.Abs(x) + 0.3;

    private static double AwayFromZero(double x) => x + (0.1 * Math.Sign(x));

    private static double[] Map(int count, Func<int, double> element) => [.. Enumerable.Range(0, count).Select(element)];

    private static IEnumerable<double> Row(double[] x, int row, int columns) => x.Skip(row * columns).Take(columns);

    private static double LogSumExp(IEnumerable<double> row) => Math.Log(row.Sum(Math.Exp));

    private static double[] Product(double[] a, double[] b, int m, int k, int n, bool transposed) =>
        Map(m * n, i => Enumerable.Range(0, k).Sum(p => a[(i / n * k) + p] * (transposed ? b[(i % n * k) + p] : b[(p * n) + (i % n)])));

    // Maclaurin series, exact to double precision for |x| ≤ 3.
    private static double Erf(double x)
    {
        double term = x, sum = x;
        for (var n = 1; n < 80; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
